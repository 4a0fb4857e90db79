// REQUIRES: qcoro
// RUN: %verify -fPIC -isystem/usr/include/qcoro6 -isystem/usr/include/qcoro6/QCoro -isystem/usr/include/qcoro6/qcoro -isystem/usr/include/x86_64-linux-gnu/qt6 -isystem/usr/include/x86_64-linux-gnu/qt6/QtCore -isystem/usr/include/x86_64-linux-gnu/qt6/QtNetwork %s
//
// A monitor of instruments: signals as streams with qCoroSignalListener, a
// local server whose clients send lines, and a worker object with futures.
#include <QCoroAbstractSocket>
#include <QCoroAsyncGenerator>
#include <QCoroFuture>
#include <QCoroGenerator>
#include <QCoroSignal>
#include <QCoroTask>
#include <QCoroTcpServer>
#include <QCoroTimer>

#include <QCoreApplication>
#include <QDebug>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFuture>
#include <QFutureWatcher>
#include <QHash>
#include <QMutex>
#include <QMutexLocker>
#include <QPromise>
#include <QQueue>
#include <QSemaphore>
#include <QSharedPointer>
#include <QSocketNotifier>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <QWaitCondition>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <tuple>
#include <unistd.h>
// expected-note@* 1+ {{instead}}

using namespace std::chrono_literals;

namespace {

struct Reading {
  int channel = 0;
  double value = 0;
};

/// Samples on a thread of its own, which blocks as it likes.
class Sampler : public QThread {
public:
  explicit Sampler(int port) : m_port(port) {}

  std::optional<Reading> take(int timeout) {
    if (!m_available.tryAcquire(1, timeout)) // expected-note {{`Sampler::take` calls `QSemaphore::tryAcquire`, which waits}}
      return std::nullopt;
    return pop();
  }
  std::optional<Reading> poll() {
    if (!m_available.tryAcquire())
      return std::nullopt;
    return pop();
  }

protected:
  void run() override {
    Reading reading;
    while (::read(m_port, &reading, sizeof reading) == sizeof reading) {
      QMutexLocker lock(&m_mutex);
      m_queue.enqueue(reading);
      m_available.release();
      QThread::msleep(1);
    }
  }

private:
  Reading pop() {
    QMutexLocker lock(&m_mutex);
    return m_queue.dequeue();
  }

  int m_port;
  QMutex m_mutex;
  QSemaphore m_available;
  QQueue<Reading> m_queue;
};

QCoro::AsyncGenerator<Reading> readings(Sampler *sampler) {
  while (sampler->isRunning()) {
    auto reading = sampler->take(1000); // expected-warning {{`readings` blocks the event loop between items: it calls `Sampler::take`}}
    if (reading)
      co_yield *reading;
  }
}

QCoro::AsyncGenerator<Reading> polledReadings(Sampler *sampler) {
  while (sampler->isRunning()) {
    while (auto reading = sampler->poll())
      co_yield *reading;
    co_await QCoro::sleepFor(5ms);
  }
}

// A sync generator may block; who loops over it should know.
QCoro::Generator<char> bytes(int port) {
  char byte;
  while (::read(port, &byte, 1) == 1) // expected-note {{calls `::read`, which waits for data}}
    co_yield byte;
}

QCoro::Generator<int> channels(int count) {
  for (int channel = 0; channel < count; ++channel)
    co_yield channel;
}

class Monitor : public QObject {
public:
  explicit Monitor(QObject *parent = nullptr) : QObject(parent) {}

  QCoro::Task<> serve(quint16 port);
  QCoro::Task<> session(QTcpSocket *socket);
  QCoro::AsyncGenerator<QByteArray> lines(QTcpSocket *socket);
  QCoro::Task<double> average(Sampler *sampler, int count);
  QCoro::Task<int> skipHeader(int port);
  QCoro::Task<double> computed(QFuture<double> future);
  QCoro::Task<> watch(QFutureWatcher<double> *watcher);
  QCoro::Task<> watchPatiently(QFutureWatcher<double> *watcher);
  QCoro::Task<> logTicks(QTimer *timer);

private:
  QHash<QString, int> m_seen;
};

QCoro::AsyncGenerator<QByteArray> Monitor::lines(QTcpSocket *socket) {
  QByteArray pending;
  for (;;) {
    QByteArray part = co_await qCoro(socket).read(4096, 30s);
    if (part.isEmpty())
      co_return;
    pending += part;
    for (auto end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      QByteArray line = pending.left(end);
      pending.remove(0, end + 1);
      co_yield line;
    }
  }
}

QCoro::Task<> Monitor::session(QTcpSocket *socket) {
  const std::unique_ptr<QTcpSocket> owned(socket);
  auto incoming = lines(socket);
  auto it = co_await incoming.begin(); // expected-note {{the step is here}}
  const QString name = QString::fromUtf8(*it); // expected-warning {{`it` is read without a test for end}}
  m_seen[name]++;
  for (co_await ++it; it != incoming.end(); co_await ++it) {
    QByteArray answer = name.toUtf8() + ' ' + *it + '\n';
    if (answer.startsWith("now")) {
      socket->write(answer);
      socket->waitForBytesWritten(); // expected-warning {{`Monitor::session` blocks its thread: it calls `QAbstractSocket::waitForBytesWritten`}}
    } else {
      co_await qCoro(socket).write(answer);
    }
  }
  m_seen.remove(name);
}

QCoro::Task<> Monitor::serve(quint16 port) {
  QTcpServer server;
  if (!server.listen(QHostAddress::LocalHost, port))
    co_return;
  while (server.isListening()) {
    QTcpSocket *socket = co_await qCoro(&server).waitForNewConnection(10s);
    if (!socket)
      continue;
    auto running = session(socket);
    Q_UNUSED(running);
  }
}

QCoro::Task<double> Monitor::average(Sampler *sampler, int count) {
  double sum = 0;
  int taken = 0;
  QCORO_FOREACH(const Reading &one, polledReadings(sampler)) {
    sum += one.value;
    if (++taken == count)
      break;
  }
  for (int channel : channels(4))
    sum += channel;
  co_return taken ? sum / taken : 0;
}

QCoro::Task<int> Monitor::skipHeader(int port) {
  int skipped = 0;
  for (char byte : bytes(port)) { // expected-warning {{`Monitor::skipHeader` goes through a sync range that blocks}}
    ++skipped;
    if (byte == '\n')
      break;
  }
  co_return skipped;
}

QCoro::Task<double> Monitor::computed(QFuture<double> future) {
  if (future.isFinished())
    co_return future.result();
  co_return co_await future;
}

QCoro::Task<> Monitor::watch(QFutureWatcher<double> *watcher) {
  auto progress = qCoroSignalListener(watcher, &QFutureWatcher<double>::progressValueChanged); // expected-warning {{is never iterated}}
  QEventLoop loop;
  connect(watcher, &QFutureWatcher<double>::finished, &loop, &QEventLoop::quit);
  loop.exec(); // expected-warning {{`Monitor::watch` blocks its thread: it calls `QEventLoop::exec`}}
  qInfo() << watcher->future().resultCount();
  co_return;
}

QCoro::Task<> Monitor::watchPatiently(QFutureWatcher<double> *watcher) {
  co_await qCoro(watcher, &QFutureWatcher<double>::finished);
  qInfo() << watcher->result();
}

QCoro::Task<> Monitor::logTicks(QTimer *timer) {
  QElapsedTimer elapsed;
  elapsed.start();
  auto ticks = qCoroSignalListener(timer, &QTimer::timeout, 10s);
  int count = 0;
  QFutureWatcher<double> progress;
  for (auto it = co_await ticks.begin(); it != ticks.end(); ++it) // expected-warning {{never awaited}}
    qInfo() << ++count << elapsed.elapsed();

  auto names = qCoroSignalListener(&progress, &QFutureWatcher<double>::progressTextChanged, 10s);
  QCORO_FOREACH(const QString &name, names) {
    qInfo() << name;
    if (name.isEmpty())
      break;
  }
  if (const auto last = co_await qCoro(&progress, &QFutureWatcher<double>::progressTextChanged, 1s))
    qInfo() << *last;
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Sampler sampler(0);
  sampler.start();
  Monitor monitor;
  QTimer timer;
  timer.start(100ms);
  auto serving = monitor.serve(7009);
  auto logging = monitor.logTicks(&timer);
  auto averages = monitor.average(&sampler, 100).then([](double average) { qInfo() << average; });
  const int status = app.exec();
  sampler.wait();
  while (auto reading = sampler.take(0))
    qInfo() << reading->channel << reading->value;
  return status;
}
