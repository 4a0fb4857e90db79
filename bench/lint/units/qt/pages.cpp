// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A paginated interface as a generator of pages, one of entries on top of it, and consumers of both.
#include "shared/qt.h"

#include <QCoroAsyncGenerator>
#include <QJsonArray>
#include <QList>

#include <algorithm>
#include <chrono>

using namespace app;
using namespace std::chrono_literals;

namespace {

struct Package {
  QString name;
  qint64 size = 0;
};

QList<Package> packagesOf(const QByteArray &json) {
  QList<Package> found;
  for (const QJsonValue &each : QJsonDocument::fromJson(json).array()) {
    const QJsonObject one = each.toObject();
    found.append({one[QStringLiteral("name")].toString(), one[QStringLiteral("size")].toInteger()});
  }
  return found;
}

class Index {
public:
  explicit Index(QUrl base) : m_web(std::move(base)) {}

  QCoro::AsyncGenerator<QByteArray> pages(QString path) {
    for (int number = 1;; ++number) {
      Answer got = co_await m_web.get(QStringLiteral("%1?page=%2").arg(path).arg(number));
      if (got.status == 429) {
        co_await QCoro::sleepFor(2s);
        --number;
        continue;
      }
      if (!got.isGood() || got.body == "[]")
        co_return;
      co_yield got.body;
    }
  }

  QCoro::AsyncGenerator<Package> packages(QString section) {
    auto source = pages(QStringLiteral("/sections/") + section);
    QCORO_FOREACH(const QByteArray &page, source) {
      for (Package &each : packagesOf(page))
        co_yield each;
    }
  }

private:
  Web m_web;
};

QCoro::Task<qint64> totalSize(Index &index, QString section) {
  qint64 sum = 0;
  auto all = index.packages(section);
  QCORO_FOREACH(const Package &each, all) { sum += each.size; }
  co_return sum;
}

QCoro::Task<std::optional<Package>> largest(Index &index, QString section) {
  auto all = index.packages(section);
  std::optional<Package> best;
  for (auto it = co_await all.begin(); it != all.end(); co_await ++it)
    if (!best || (*it).size > best->size)
      best = *it;
  co_return best;
}

QCoro::Task<> report(QUrl base) {
  Index index(std::move(base));
  const QStringList sections = {QStringLiteral("admin"), QStringLiteral("net"), QStringLiteral("web")};
  for (const QString &section : sections) {
    qInfo() << section << co_await totalSize(index, section);
    if (const auto found = co_await largest(index, section))
      qInfo() << "the largest is" << found->name << found->size;
  }
}

} // namespace

int main(int argc, char **argv) {
  return runProgram(argc, argv, [] { return report(QUrl(QStringLiteral("https://packages.example.org/"))); });
}
