// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A server and a client with QCoro's sockets. The client waits by Qt's blocking call: a mistake.
#include <QCoroAbstractSocket>
#include <QCoroIODevice>
#include <QCoroTask>
#include <QCoroTcpServer>
#include <QCoroTimer>

#include <QCoreApplication>
#include <QDebug>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;

namespace {

class Server : public QObject {
public:
  bool listen() { return m_server.listen(QHostAddress::LocalHost, 0); }
  quint16 port() const { return m_server.serverPort(); }

  QCoro::Task<> run() {
    while (m_server.isListening()) {
      QTcpSocket *client = co_await qCoro(m_server).waitForNewConnection(5s);
      if (!client)
        break;
      serve(client);
    }
    qInfo() << m_lines << "lines," << m_bytes << "bytes";
  }

private:
  QCoro::Task<> serve(QTcpSocket *client) {
    const std::unique_ptr<QTcpSocket> owner(client);
    while (client->state() == QAbstractSocket::ConnectedState) {
      const QByteArray line = co_await qCoro(client).readLine();
      if (line.isEmpty())
        break;
      ++m_lines;
      m_bytes += co_await qCoro(client).write(line.toUpper());
    }
  }

  QTcpServer m_server;
  qint64 m_lines = 0, m_bytes = 0;
};

QCoro::Task<int> talk(quint16 port, QList<QByteArray> lines) {
  QTcpSocket socket;
  socket.connectToHost(QHostAddress::LocalHost, port);
  if (!socket.waitForConnected(1000))
    co_return -1;
  int same = 0;
  for (const QByteArray &line : lines) {
    co_await qCoro(socket).write(line + '\n');
    const QByteArray answer = co_await qCoro(socket).readLine();
    if (answer.trimmed() == line.toUpper())
      ++same;
    co_await QCoro::sleepFor(10ms);
  }
  socket.disconnectFromHost();
  co_return same;
}

QCoro::Task<> demonstrate() {
  Server server;
  if (!server.listen()) {
    qWarning() << "cannot listen";
    co_return;
  }
  auto running = server.run();
  const int same = co_await talk(server.port(), {"one", "two", "three", "four"});
  qInfo() << same << "answers are right";
  co_await running;
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  QCoro::waitFor(demonstrate());
}
