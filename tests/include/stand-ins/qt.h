// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of Qt's blocking classes; not Qt's code.
#pragma once

class QObject {
public:
  virtual ~QObject();
};
class QString {};
class QDeadlineTimer {
public:
  QDeadlineTimer(long long = -1);
};
class QThread : public QObject {
public:
  static void sleep(unsigned long);
  static void msleep(unsigned long);
  static void usleep(unsigned long);
  bool wait(unsigned long);
  bool wait(QDeadlineTimer = QDeadlineTimer());
  void quit();
};
class QEventLoop : public QObject {
public:
  int exec(int = 0);
  bool processEvents(int = 0);
  void quit();
};
class QDialog : public QObject {
public:
  virtual int exec();
  virtual void open();
};
class QIODevice : public QObject {
public:
  virtual bool waitForReadyRead(int Milliseconds);
  virtual bool waitForBytesWritten(int Milliseconds);
};
class QAbstractSocket : public QIODevice {
public:
  virtual bool waitForConnected(int Milliseconds = 30000);
  virtual bool waitForDisconnected(int Milliseconds = 30000);
  bool waitForReadyRead(int Milliseconds = 30000) override;
  bool waitForBytesWritten(int Milliseconds = 30000) override;
};
class QTcpSocket : public QAbstractSocket {};
class QProcess : public QIODevice {
public:
  bool waitForStarted(int Milliseconds = 30000);
  bool waitForFinished(int Milliseconds = 30000);
  static int execute(const QString &);
};
template <class T> class QFuture {
public:
  void waitForFinished();
  T result() const;
  bool isFinished() const;
};
class QSemaphore {
public:
  void acquire(int = 1);
  bool tryAcquire(int = 1);
};
class QMutex {
public:
  void lock();
  bool tryLock();
  void unlock();
};
template <class Mutex = QMutex> class QMutexLocker {
public:
  explicit QMutexLocker(Mutex *) noexcept;
  ~QMutexLocker();
  void unlock() noexcept;
  void relock() noexcept;
};
class QReadWriteLock {
public:
  void lockForRead();
  void lockForWrite();
  bool tryLockForRead();
  void unlock();
};
class QReadLocker {
public:
  QReadLocker(QReadWriteLock *);
  ~QReadLocker();
  void unlock();
};
class QWaitCondition {
public:
  bool wait(QMutex *, unsigned long = ~0UL);
};
