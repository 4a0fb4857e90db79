// REQUIRES: qcoro
// RUN: %verify -fPIC -isystem/usr/include/qcoro6 -isystem/usr/include/qcoro6/QCoro -isystem/usr/include/qcoro6/qcoro -isystem/usr/include/x86_64-linux-gnu/qt6 -isystem/usr/include/x86_64-linux-gnu/qt6/QtCore -isystem/usr/include/x86_64-linux-gnu/qt6/QtNetwork %s
//
// A build runner: starts compilers with QProcess, hands out their lines as a
// stream, looks at what they left, and talks to a serial-like local socket.
#include <QCoroAsyncGenerator>
#include <QCoroIODevice>
#include <QCoroLocalSocket>
#include <QCoroProcess>
#include <QCoroTask>
#include <QCoroThread>
#include <QCoroTimer>

#include <QBuffer>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDataStream>
#include <QDateTime>
#include <QDebug>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QLockFile>
#include <QProcess>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>
#include <QStringList>
#include <QTextStream>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <numeric>
#include <vector>
// expected-note@* 1+ {{instead}}

using namespace std::chrono_literals;

namespace {

struct Outcome {
  int code = -1;
  QStringList problems;
};

// Keeps the build directory to itself.
class BuildLock {
public:
  explicit BuildLock(const QString &path) : m_file(path) { m_file.lock(); } // expected-note {{calls `QLockFile::lock`, which}}
  bool held() const { return m_file.isLocked(); }

private:
  QLockFile m_file;
};

class Runner : public QObject {
public:
  explicit Runner(QString directory) : m_directory(std::move(directory)) {}

  QCoro::AsyncGenerator<QString> output(QProcess &process);
  QCoro::Task<Outcome> build(QString target);
  QCoro::Task<QString> compilerVersion();
  QCoro::Task<QByteArray> digest(QString file);
  QCoro::Task<QStringList> artefacts();
  QCoro::Task<qint64> size();
  QCoro::Task<bool> publish(QString server, QByteArray content);
  QCoro::AsyncGenerator<QByteArray> replies(QLocalSocket *socket);
  QCoro::Task<> all(QStringList targets);
  QCoro::Task<QByteArray> encode(Outcome outcome);
  QCoro::Task<> inBackground(QString file);

private:
  QString m_directory;
  QHash<QString, Outcome> m_outcomes;
};

// The lines of a process until it has closed its output.
QCoro::AsyncGenerator<QString> Runner::output(QProcess &process) {
  for (;;) {
    while (process.canReadLine()) {
      auto line = QString::fromLocal8Bit(process.readLine()).trimmed();
      co_yield line;
    }
    if (process.state() == QProcess::NotRunning)
      co_return;
    co_await qCoro(process).waitForReadyRead(1s);
  }
}

QCoro::Task<Outcome> Runner::build(QString target) {
  BuildLock lock(m_directory + QStringLiteral("/.lock")); // expected-warning {{`Runner::build` blocks its thread}}
  QProcess process;
  process.setWorkingDirectory(m_directory);
  process.setProcessChannelMode(QProcess::MergedChannels);
  if (!co_await qCoro(process).start(QStringLiteral("make"), {target}))
    co_return Outcome{};
  Outcome outcome;
  QCORO_FOREACH(const QString &line, output(process)) {
    if (line.contains(QLatin1String("error:")))
      outcome.problems << line;
  }
  co_await qCoro(process).waitForFinished();
  outcome.code = process.exitCode();
  m_outcomes[target] = outcome;
  co_return outcome;
}

QCoro::Task<QString> Runner::compilerVersion() {
  QProcess process;
  process.start(QStringLiteral("c++"), {QStringLiteral("--version")});
  if (!process.waitForStarted()) // expected-warning {{`Runner::compilerVersion` blocks its thread: it calls `QProcess::waitForStarted`}}
    co_return QString();
  auto lines = output(process);
  auto first = co_await lines.begin(); // expected-note {{the step is here}}
  QString version = *first;            // expected-warning {{`first` is read without a test for end}}
  process.kill();
  process.waitForFinished(); // expected-warning {{`Runner::compilerVersion` blocks its thread: it calls `QProcess::waitForFinished`}}
  co_return version;
}

QCoro::Task<QByteArray> Runner::digest(QString name) {
  QFile file(name);
  if (!file.open(QIODevice::ReadOnly))
    co_return QByteArray();
  QCryptographicHash hash(QCryptographicHash::Sha256);
  while (!file.atEnd()) {
    hash.addData(file.read(1 << 16)); // expected-warning {{`Runner::digest` blocks its thread: it calls `QIODevice::read`}}
    co_await QCoro::sleepFor(0ms);
  }
  co_return hash.result();
}

QCoro::Task<QStringList> Runner::artefacts() {
  QStringList found;
  for (const QString &name : QDir(m_directory).entryList(QDir::Files)) // expected-warning {{`QDir::entryList`}}
    if (name.endsWith(QLatin1String(".so")))
      found << name;
  std::sort(found.begin(), found.end());
  co_return found;
}

qint64 sizeOf(const QString &directory) {
  qint64 sum = 0;
  QDirIterator at(directory, QDirIterator::Subdirectories); // expected-note {{the constructor of `QDirIterator`, which}}
  while (at.hasNext()) {
    at.next();
    sum += at.fileInfo().size();
  }
  return sum;
}

QCoro::Task<qint64> Runner::size() {
  co_return sizeOf(m_directory); // expected-warning {{`Runner::size` blocks its thread: it calls `sizeOf`}}
}

QCoro::AsyncGenerator<QByteArray> Runner::replies(QLocalSocket *socket) {
  while (socket->state() == QLocalSocket::ConnectedState) {
    QByteArray reply = co_await qCoro(socket).readLine(0, 10s);
    if (reply.isEmpty())
      break;
    co_yield reply;
  }
}

QCoro::Task<bool> Runner::publish(QString server, QByteArray content) {
  QLocalSocket socket;
  if (!co_await qCoro(socket).connectToServer(server))
    co_return false;
  auto answers = replies(&socket);
  auto answer = co_await answers.begin();
  if (answer == answers.end() || *answer != "ready\n")
    co_return false;
  co_await qCoro(socket).write(content);
  co_await ++answer; // expected-note {{the step is here}}
  co_return *answer == "thanks\n"; // expected-warning {{`answer` is read without a test for end}}
}

// To memory, not to disk.
QCoro::Task<QByteArray> Runner::encode(Outcome outcome) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QDataStream out(&buffer);
  out << outcome.code << outcome.problems;
  buffer.write("\n");
  QString text;
  QTextStream(&text) << outcome.problems.join(QLatin1Char(' '));
  buffer.write(text.toUtf8());
  buffer.close();
  buffer.open(QIODevice::ReadOnly);
  const QByteArray head = buffer.read(4);
  co_return head + bytes;
}

QCoro::Task<> Runner::inBackground(QString name) {
  std::unique_ptr<QThread> worker(QThread::create([name, directory = m_directory] {
    QSaveFile file(name);
    if (file.open(QIODevice::WriteOnly)) {
      file.write(QByteArray::number(sizeOf(directory)));
      file.commit();
    }
    QThread::msleep(10);
  }));
  worker->start();
  co_await qCoro(worker.get()).waitForFinished();
}

QCoro::Task<> Runner::all(QStringList targets) {
  for (const QString &target : targets) {
    const Outcome outcome = co_await build(target);
    qInfo() << target << outcome.code << outcome.problems;
    co_await publish(QStringLiteral("artefacts"), co_await encode(outcome));
  }
  QProcess strip;
  strip.start(QStringLiteral("strip"), co_await artefacts());
  output(strip); // expected-warning {{the stream that `Runner::output` creates is never iterated}}
  if (!strip.waitForFinished(0))
    co_await qCoro(strip).waitForFinished();
  QProcess::execute(QStringLiteral("sync"), {}); // expected-warning {{`Runner::all` blocks its thread: it calls `QProcess::execute`}}
  QProcess::startDetached(QStringLiteral("notify-send"), {QStringLiteral("built")});
  co_await inBackground(m_directory + QStringLiteral("/size"));
  qInfo() << co_await compilerVersion() << co_await size();
  QCoreApplication::quit();
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Runner runner(QDir::currentPath());
  auto building = runner.all(app.arguments().mid(1));
  return app.exec();
}
