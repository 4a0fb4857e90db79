// REQUIRES: qcoro
// RUN: %verify -fPIC -isystem/usr/include/qcoro6 -isystem/usr/include/qcoro6/QCoro -isystem/usr/include/qcoro6/qcoro -isystem/usr/include/x86_64-linux-gnu/qt6 -isystem/usr/include/x86_64-linux-gnu/qt6/QtCore -isystem/usr/include/x86_64-linux-gnu/qt6/QtNetwork %s
//
// A client of a paginated web interface with QCoro: an AsyncGenerator of pages,
// one of entries on top of it, a cache on disk, and consumers of all kinds.
#include <QCoroAsyncGenerator>
#include <QCoroNetworkReply>
#include <QCoroTask>
#include <QCoroTimer>

#include <QBuffer>
#include <QCoreApplication>
#include <QDateTime>
#include <QDebug>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QHostInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QString>
#include <QTextStream>
#include <QThread>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>
// expected-note@* 1+ {{instead}}

using namespace std::chrono_literals;

namespace {

struct Repository {
  QString name;
  int stars = 0;
};

QList<Repository> parse(const QByteArray &json) {
  QList<Repository> found;
  const auto array = QJsonDocument::fromJson(json).array();
  for (const QJsonValue &value : array) {
    const auto object = value.toObject();
    found.append({object[QStringLiteral("full_name")].toString(), object[QStringLiteral("stargazers_count")].toInt()});
  }
  return found;
}

class Client : public QObject {
public:
  explicit Client(QUrl base, QObject *parent = nullptr) : QObject(parent), m_base(std::move(base)) {}

  QCoro::AsyncGenerator<QByteArray> pages(QString path);
  QCoro::AsyncGenerator<Repository> repositories(QString user);
  QCoro::AsyncGenerator<QString> cachedUsers();
  QCoro::Task<int> stars(QString user);
  QCoro::Task<std::optional<Repository>> first(QString user);
  QCoro::Task<> prefetch(QStringList users);
  QCoro::Task<QString> best(QString user);
  QCoro::Task<bool> reachable();

private:
  QString cacheFile(const QString &user) const { return m_cache + QLatin1Char('/') + user; }
  QByteArray cached(const QString &user) const;
  void store(const QString &user, const QByteArray &content) const;

  QNetworkAccessManager m_network;
  QUrl m_base;
  QString m_cache = QStringLiteral("/var/cache/client");
  QHash<QString, int> m_known;
};

// One page per request, until one is empty.
QCoro::AsyncGenerator<QByteArray> Client::pages(QString path) {
  for (int page = 1;; ++page) {
    QUrl url = m_base.resolved(QUrl(path));
    url.setQuery(QStringLiteral("page=%1").arg(page));
    const std::unique_ptr<QNetworkReply> reply(m_network.get(QNetworkRequest(url)));
    co_await qCoro(reply.get()).waitForFinished();
    if (reply->error() == QNetworkReply::ContentAccessDenied) {
      // Too fast for the server.
      QThread::sleep(60); // expected-warning {{`Client::pages` blocks the event loop between items: it calls `QThread::sleep`}}
      --page;
      continue;
    }
    if (reply->error() != QNetworkReply::NoError)
      co_return;
    QByteArray body = reply->readAll();
    if (body.isEmpty() || body == "[]")
      co_return;
    co_yield body;
  }
}

QCoro::AsyncGenerator<Repository> Client::repositories(QString user) {
  auto source = pages(QStringLiteral("/users/%1/repos").arg(user));
  QCORO_FOREACH(const QByteArray &page, source) {
    auto found = parse(page);
    for (Repository &one : found)
      co_yield one;
  }
}

QByteArray Client::cached(const QString &user) const {
  QFile file(cacheFile(user));
  if (!file.open(QIODevice::ReadOnly))
    return {};
  return file.readAll(); // expected-note {{`Client::cached` calls `QIODevice::readAll`, which waits for the disk}}
}

void Client::store(const QString &user, const QByteArray &content) const {
  QFile file(cacheFile(user));
  if (file.open(QIODevice::WriteOnly))
    file.write(content); // expected-note {{`Client::store` calls `QIODevice::write`, which waits for the disk}}
}

QCoro::AsyncGenerator<QString> Client::cachedUsers() {
  QDirIterator files(m_cache, QDir::Files);
  while (files.hasNext())
    co_yield files.next(); // expected-warning {{`Client::cachedUsers` blocks the event loop between items: it calls `QDirIterator::next`}}
}

QCoro::Task<int> Client::stars(QString user) {
  if (const auto known = m_known.constFind(user); known != m_known.constEnd())
    co_return *known;
  int sum = 0;
  for (const Repository &one : parse(cached(user))) // expected-warning {{`Client::stars` blocks its thread: it calls `Client::cached`}}
    sum += one.stars;
  if (sum == 0) {
    QByteArray all;
    QBuffer buffer(&all);
    buffer.open(QIODevice::WriteOnly);
    QTextStream out(&buffer);
    auto list = repositories(user);
    for (auto it = co_await list.begin(); it != list.end(); co_await ++it) {
      sum += (*it).stars;
      out << (*it).name << '\n';
    }
    out.flush();
    store(user, all); // expected-warning {{`Client::stars` blocks its thread: it calls `Client::store`}}
  }
  m_known.insert(user, sum);
  co_return sum;
}

QCoro::Task<std::optional<Repository>> Client::first(QString user) {
  auto list = repositories(user);
  const auto it = co_await list.begin();
  if (it == list.end())
    co_return std::nullopt;
  co_return *it;
}

// Asks for everything once, so that the server has it warm.
QCoro::Task<> Client::prefetch(QStringList users) {
  for (const QString &user : users) {
    repositories(user); // expected-warning {{the stream that `Client::repositories` creates is never iterated}}
    co_await QCoro::sleepFor(100ms);
  }
}

QCoro::Task<QString> Client::best(QString user) {
  auto list = repositories(user);
  auto it = co_await list.begin(); // expected-note {{the step is here}}
  Repository best = *it;           // expected-warning {{`it` is read without a test for end}}
  while (it != list.end()) {
    if ((*it).stars > best.stars)
      best = *it;
    ++it; // expected-warning {{never awaited}}
  }
  co_return best.name;
}

QCoro::Task<bool> Client::reachable() {
  const auto info = QHostInfo::fromName(m_base.host()); // expected-warning {{`Client::reachable` blocks its thread: it calls `QHostInfo::fromName`}}
  co_return info.error() == QHostInfo::NoError;
}

QCoro::Task<> report(Client &client, QStringList users) {
  for (const QString &user : users) {
    qInfo() << user << co_await client.stars(user);
    if (const auto first = co_await client.first(user))
      qInfo() << first->name;
  }
  QTimer timer;
  timer.start(1s);
  co_await timer;
  QCORO_FOREACH(const QString &user, client.cachedUsers()) { qInfo() << "cached:" << user; }
  QCoreApplication::quit();
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Client client(QUrl(QStringLiteral("https://api.example.org/")));
  QTimer::singleShot(0ms, [&]() -> QCoro::Task<> { co_await report(client, app.arguments()); });
  QTimer::singleShot(1s, [&] { client.prefetch(app.arguments()); });
  // Before the loop runs, waiting disturbs nobody.
  if (!QCoro::waitFor(client.reachable()))
    return 1;
  qInfo() << QCoro::waitFor(client.best(QStringLiteral("somebody")));
  QThread::msleep(10);
  return app.exec();
}
