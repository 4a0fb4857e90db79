// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Downloads files, a few at a time. It writes each to the disk from within its coroutine, by a function of
// another file: a mistake that the linter finds across files.
#include "shared/qt.h"

#include <QCoroSignal>
#include <QHash>
#include <QObject>
#include <QQueue>

#include <vector>

using namespace app;

namespace {

class Downloads : public QObject {
  struct Job {
    QString path, into;
  };

public:
  Downloads(QUrl base, int atOnce) : m_web(std::move(base)), m_atOnce(atOnce) {}

  void add(QString path, QString into) { m_waiting.enqueue({std::move(path), std::move(into)}); }

  QCoro::Task<> run() {
    std::vector<QCoro::Task<>> workers;
    for (int worker = 0; worker != m_atOnce; ++worker)
      workers.push_back(work(worker));
    for (auto &each : workers)
      co_await each;
    qInfo() << m_done << "done," << m_failed.size() << "failed," << m_bytes << "bytes";
    for (auto it = m_failed.cbegin(); it != m_failed.cend(); ++it)
      qWarning() << it.key() << it.value();
  }

private:
  QCoro::Task<> work(int worker) {
    while (!m_waiting.isEmpty()) {
      const Job job = m_waiting.dequeue();
      const Answer got = co_await m_web.get(job.path);
      if (!got.isGood()) {
        m_failed.insert(job.path, got.status);
        continue;
      }
      qDebug() << worker << job.path << got.body.size();
      if (!writeWholeFile(job.into, got.body)) {
        m_failed.insert(job.path, 0);
        continue;
      }
      m_bytes += got.body.size();
      ++m_done;
    }
  }

  Web m_web;
  int m_atOnce, m_done = 0;
  qint64 m_bytes = 0;
  QQueue<Job> m_waiting;
  QHash<QString, int> m_failed;
};

QCoro::Task<> download(QUrl base, QStringList names) {
  Downloads all(std::move(base), 4);
  for (const QString &name : names)
    all.add(QStringLiteral("/files/") + name, name);
  co_await all.run();
}

} // namespace

int main(int argc, char **argv) {
  QStringList names;
  for (int each = 1; each < argc; ++each)
    names.append(QString::fromLocal8Bit(argv[each]));
  return runProgram(argc, argv,
                    [&] { return download(QUrl(QStringLiteral("https://example.org/")), names); });
}
