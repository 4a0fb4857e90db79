// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the programs with Qt have in common.
#pragma once

#include <QCoroNetworkReply>
#include <QCoroTask>
#include <QCoroTimer>

#include <QByteArray>
#include <QCoreApplication>
#include <QDebug>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QString>
#include <QUrl>

#include <memory>
#include <optional>

namespace app {

/// What a server said.
struct Answer {
  int status = 0;
  QByteArray body;
  bool isGood() const { return status >= 200 && status < 300; }
  std::optional<QJsonObject> object() const {
    const auto read = QJsonDocument::fromJson(body);
    return read.isObject() ? std::optional(read.object()) : std::nullopt;
  }
};

/// Gets one page after another.
class Web {
public:
  explicit Web(QUrl base) : m_base(std::move(base)) {}

  QCoro::Task<Answer> get(QString path) {
    const std::unique_ptr<QNetworkReply> reply(m_network.get(QNetworkRequest(m_base.resolved(QUrl(path)))));
    co_await qCoro(reply.get()).waitForFinished();
    Answer made;
    made.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    made.body = reply->readAll();
    co_return made;
  }

private:
  QNetworkAccessManager m_network;
  QUrl m_base;
};

/// Reads a file; it waits for the disk, which only plain/qt_files.cpp shows.
QByteArray readWholeFile(const QString &path);
bool writeWholeFile(const QString &path, const QByteArray &content);

/// Runs a task to its end, then ends the program.
template <class Make> int runProgram(int argc, char **argv, Make make) {
  QCoreApplication app(argc, argv);
  QCoro::waitFor(make());
  return 0;
}

} // namespace app
