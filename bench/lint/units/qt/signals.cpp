// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits for Qt's own signals in coroutines: with a limit in time, with arguments, and one after the other.
#include <QCoroFuture>
#include <QCoroSignal>
#include <QCoroTask>
#include <QCoroTimer>

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QDebug>
#include <QFutureWatcher>
#include <QPromise>
#include <QStringListModel>
#include <QTimer>

#include <chrono>
#include <optional>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// Adds rows from time to time.
class Source : public QStringListModel {
public:
  explicit Source(int limit) : m_limit(limit) {
    QObject::connect(&m_timer, &QTimer::timeout, this, [this] { grow(); });
    m_timer.start(20ms);
  }

private:
  void grow() {
    if (rowCount() == m_limit) {
      m_timer.stop();
      return;
    }
    const int row = rowCount();
    insertRow(row);
    setData(index(row), QStringLiteral("row %1").arg(row));
  }

  QTimer m_timer;
  int m_limit;
};

QCoro::Task<int> rowsUntilQuiet(Source &source) {
  int seen = 0;
  for (;;) {
    const auto changed = co_await qCoro(&source, &QAbstractItemModel::rowsInserted, 200ms);
    if (!changed)
      co_return seen;
    ++seen;
  }
}

QFuture<qint64> sumInAnotherThread(qint64 limit) {
  QPromise<qint64> promise;
  QFuture<qint64> result = promise.future();
  std::thread([limit, promise = std::move(promise)]() mutable {
    promise.start();
    qint64 sum = 0;
    for (qint64 each = 0; each != limit; ++each)
      sum += each * each;
    promise.addResult(sum);
    promise.finish();
  }).detach();
  return result;
}

QCoro::Task<std::optional<qint64>> sumWithin(qint64 limit, std::chrono::milliseconds patience) {
  QFutureWatcher<qint64> watcher;
  watcher.setFuture(sumInAnotherThread(limit));
  if (watcher.isFinished())
    co_return watcher.result();
  if (!co_await qCoro(&watcher, &QFutureWatcher<qint64>::finished, patience))
    co_return std::nullopt;
  co_return watcher.result();
}

QCoro::Task<> run() {
  Source source(25);
  qInfo() << co_await rowsUntilQuiet(source) << "rows";
  for (const qint64 limit : {1000, 1'000'000, 100'000'000}) {
    const auto sum = co_await sumWithin(limit, 20ms);
    qInfo() << limit << (sum ? QString::number(*sum) : QStringLiteral("takes too long"));
  }
  qInfo() << "without a limit:" << co_await sumInAnotherThread(100'000'000);
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  QCoro::waitFor(run());
}
