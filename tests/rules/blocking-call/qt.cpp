// RUN: %verify %s
//
// Qt's waiting functions in a QCoro coroutine.
#include "stand-ins/qcoro.h"
#include "stand-ins/qt.h"
using QCoro::Task;
// expected-note@* 1+ {{instead}}

Task<> devices_bad(QTcpSocket &socket, QIODevice &device, QProcess &process) {
  socket.waitForConnected(1000);    // expected-warning {{waitForConnected`}}
  socket.waitForReadyRead();        // expected-warning {{waitForReadyRead`}}
  device.waitForBytesWritten(-1);   // expected-warning {{calls `QIODevice::waitForBytesWritten`}}
  process.waitForFinished();        // expected-warning {{calls `QProcess::waitForFinished`}}
  QProcess::execute(QString());     // expected-warning {{calls `QProcess::execute`}}
  co_return;
}
// A zero timeout asks, it does not wait.
Task<> devices_ok(QTcpSocket &socket, QProcess &process) {
  socket.waitForReadyRead(0);
  process.waitForFinished(0);
  co_return;
}

Task<> loops_bad(QDialog &dialog) {
  QEventLoop loop;
  loop.exec();    // expected-warning {{calls `QEventLoop::exec`}}
  dialog.exec();  // expected-warning {{calls `QDialog::exec`}}
  co_return;
}
Task<> loops_ok(QDialog &dialog) {
  dialog.open();
  co_return;
}

Task<> threads_bad(QThread &worker, QSemaphore &permits, QWaitCondition &changed, QMutex &guard) {
  QThread::sleep(1);       // expected-warning {{calls `QThread::sleep`}}
  QThread::msleep(10);     // expected-warning {{calls `QThread::msleep`}}
  worker.wait();           // expected-warning {{calls `QThread::wait`}}
  permits.acquire();       // expected-warning {{calls `QSemaphore::acquire`}}
  changed.wait(&guard);    // expected-warning {{calls `QWaitCondition::wait`}}
  co_return;
}
Task<> threads_ok(QThread &worker, QSemaphore &permits) {
  worker.quit();
  (void)permits.tryAcquire();
  co_return;
}

Task<int> future_bad(QFuture<int> f) {
  f.waitForFinished();   // expected-warning {{calls `QFuture::waitForFinished`}}
  co_return 1;
}
Task<int> result_bad(QFuture<int> f) {
  co_return f.result();  // expected-warning {{calls `QFuture::result`}}
}
Task<int> result_ok(QFuture<int> f) {
  if (f.isFinished())
    co_return f.result();
  co_return 0;
}

QCoro::AsyncGenerator<int> generator_bad(QProcess &process) {
  process.waitForStarted(); // expected-warning {{`generator_bad` blocks the event loop between items: it calls `QProcess::waitForStarted`}}
  co_yield 1;
}

void twin_ok(QTcpSocket &socket, QEventLoop &loop) {
  socket.waitForConnected();
  loop.exec();
}
