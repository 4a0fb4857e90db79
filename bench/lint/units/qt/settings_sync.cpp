// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keeps settings the same here and on a server: the later change wins. What is here is read from within the
// coroutine, by a function of another file: a mistake.
#include "shared/qt.h"

#include <QDateTime>
#include <QMap>
#include <QVariant>

#include <algorithm>
#include <chrono>

using namespace app;
using namespace std::chrono_literals;

namespace {

struct Entry {
  QVariant value;
  QDateTime changed;
  bool operator==(const Entry &) const = default;
};

using Entries = QMap<QString, Entry>;

Entries fromJson(const QJsonObject &object) {
  Entries read;
  for (auto it = object.begin(); it != object.end(); ++it) {
    const QJsonObject one = it.value().toObject();
    read.insert(it.key(),
                {one[QStringLiteral("value")].toVariant(),
                 QDateTime::fromString(one[QStringLiteral("changed")].toString(), Qt::ISODateWithMs)});
  }
  return read;
}

QJsonObject toJson(const Entries &entries) {
  QJsonObject object;
  for (auto it = entries.begin(); it != entries.end(); ++it)
    object.insert(it.key(),
                  QJsonObject{{QStringLiteral("value"), QJsonValue::fromVariant(it->value)},
                              {QStringLiteral("changed"), it->changed.toString(Qt::ISODateWithMs)}});
  return object;
}

/// How many came from there.
int mergeInto(Entries &here, const Entries &there) {
  int taken = 0;
  for (auto it = there.begin(); it != there.end(); ++it) {
    Entry &mine = here[it.key()];
    if (!mine.changed.isValid() || mine.changed < it->changed) {
      mine = *it;
      ++taken;
    }
  }
  return taken;
}

class Sync {
public:
  Sync(QUrl server, QString path) : m_web(std::move(server)), m_path(std::move(path)) {}

  QCoro::Task<bool> once() {
    const Answer got = co_await m_web.get(QStringLiteral("/settings"));
    const auto object = got.object();
    if (!got.isGood() || !object)
      co_return false;
    Entries here = fromJson(QJsonDocument::fromJson(readWholeFile(m_path)).object());
    if (mergeInto(here, fromJson(*object)) != 0)
      m_latest = toJson(here);
    co_return true;
  }

  QCoro::Task<> keepInSync() {
    for (auto pause = 1s;; co_await QCoro::sleepFor(pause))
      pause = co_await once() ? 60s : std::min<std::chrono::seconds>(pause * 2, 600s);
  }

private:
  Web m_web;
  QString m_path;
  QJsonObject m_latest;
};

QCoro::Task<> run() {
  Sync sync(QUrl(QStringLiteral("https://settings.example.org/")), QStringLiteral("settings.json"));
  co_await sync.keepInSync();
}

} // namespace

int main(int argc, char **argv) { return runProgram(argc, argv, run); }
