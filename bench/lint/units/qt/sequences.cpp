// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QCoro's synchronous generators: sequences of numbers, words of a text, and what can be made of both.
#include <QCoroGenerator>

#include <QDebug>
#include <QRegularExpression>
#include <QString>
#include <QStringView>
#include <QTextStream>

#include <functional>
#include <utility>
#include <vector>

namespace {

QCoro::Generator<quint64> fibonacci() {
  quint64 a = 0, b = 1;
  for (;;) {
    co_yield a;
    a = std::exchange(b, a + b);
  }
}

QCoro::Generator<quint64> collatz(quint64 from) {
  for (quint64 number = from; number != 1; number = number % 2 ? 3 * number + 1 : number / 2)
    co_yield number;
  co_yield quint64(1);
}

template <class T> QCoro::Generator<T> take(QCoro::Generator<T> from, int count) {
  if (count <= 0)
    co_return;
  for (auto &each : from) {
    co_yield each;
    if (--count == 0)
      co_return;
  }
}

template <class T> QCoro::Generator<T> keep(QCoro::Generator<T> from, std::function<bool(const T &)> wanted) {
  for (auto &each : from)
    if (wanted(each))
      co_yield each;
}

QCoro::Generator<QString> words(QString text) {
  static const QRegularExpression space(QStringLiteral("\\s+"));
  for (qsizetype at = 0; at < text.size();) {
    const QRegularExpressionMatch gap = space.match(text, at);
    const qsizetype end = gap.hasMatch() ? gap.capturedStart() : text.size();
    if (end != at)
      co_yield text.mid(at, end - at);
    at = gap.hasMatch() ? gap.capturedEnd() : end;
  }
}

QCoro::Generator<QString> lines(QString text, qsizetype width) {
  QString line;
  for (const QString &word : words(std::move(text))) {
    if (!line.isEmpty() && line.size() + 1 + word.size() > width)
      co_yield std::exchange(line, QString());
    line += line.isEmpty() ? word : QLatin1Char(' ') + word;
  }
  if (!line.isEmpty())
    co_yield line;
}

template <class T> std::vector<T> all(QCoro::Generator<T> from) {
  std::vector<T> found;
  for (auto &each : from)
    found.push_back(each);
  return found;
}

} // namespace

int main() {
  QTextStream out(stdout);
  auto even = keep<quint64>(fibonacci(), [](const quint64 &number) { return number % 2 == 0; });
  for (const quint64 number : take(std::move(even), 10))
    out << number << ' ';
  out << Qt::endl;
  qsizetype longest = 0;
  for (quint64 start = 1; start != 1000; ++start)
    longest = std::max<qsizetype>(longest, all(collatz(start)).size());
  out << longest << Qt::endl;
  const QString text = QStringLiteral("A generator hands out one thing at a time, and goes on where it was.");
  for (const QString &line : lines(text, 24))
    out << line << Qt::endl;
}
