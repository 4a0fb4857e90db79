// RUN: %verify %s
//
// Qt's lockers, whose destructors nobody sees.
#include "stand-ins/qt.h"
#include "stand-ins/qcoro.h"
// expected-note@* 0+ {{release it before, or}}

QMutex m;
QReadWriteLock both;
QCoro::Task<> tick();

QCoro::Task<> locker_bad() {
  QMutexLocker lock(&m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
QCoro::Task<> reader_bad() {
  QReadLocker lock(&both); // expected-warning {{`lock` holds `both`}}
  co_await tick(); // expected-note {{held here}}
}
QCoro::Task<> bare_bad() {
  both.lockForWrite(); // expected-warning {{`both` is locked}}
  co_await tick(); // expected-note {{held here}}
  both.unlock();
}
QCoro::Task<> relocked_bad() {
  QMutexLocker lock(&m);
  lock.unlock();
  co_await tick();
  lock.relock(); // expected-warning {{`lock` holds its lock}}
  co_await tick(); // expected-note {{held here}}
}
QCoro::Task<> released_ok() {
  QReadLocker lock(&both);
  lock.unlock();
  co_await tick();
  both.lockForRead();
  both.unlock();
  if (both.tryLockForRead())
    both.unlock();
  co_await tick();
}
QCoro::Task<> none_ok() {
  QMutexLocker<QMutex> lock(nullptr);
  co_await tick();
}
class QLockFile {
public:
  explicit QLockFile(const char *);
  bool tryLock(int = 0);
  void unlock();
};
QCoro::Task<> only_instance_ok() {
  QLockFile file("instance");
  if (file.tryLock(0))
    co_await tick();
}
