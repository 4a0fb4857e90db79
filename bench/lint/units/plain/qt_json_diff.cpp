// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What differs between two documents of JSON, as a list of paths.
#include <QCoreApplication>
#include <QDebug>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonParseError>
#include <QList>
#include <QSet>
#include <QString>
#include <QTextStream>

#include <algorithm>
#include <optional>

namespace {

struct Change {
  enum Kind { Added, Removed, Changed } kind;
  QString path;
  QJsonValue before, after;
};

QString shown(const QJsonValue &value) {
  switch (value.type()) {
  case QJsonValue::Object:
    return QStringLiteral("{%1}").arg(value.toObject().size());
  case QJsonValue::Array:
    return QStringLiteral("[%1]").arg(value.toArray().size());
  case QJsonValue::String:
    return QLatin1Char('"') + value.toString() + QLatin1Char('"');
  case QJsonValue::Double:
    return QString::number(value.toDouble());
  case QJsonValue::Bool:
    return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
  default:
    return QStringLiteral("null");
  }
}

class Differ {
public:
  QList<Change> run(const QJsonValue &before, const QJsonValue &after) {
    compare(QString(), before, after);
    return std::move(m_found);
  }

private:
  void compare(const QString &path, const QJsonValue &before, const QJsonValue &after) {
    if (before == after)
      return;
    if (before.isObject() && after.isObject())
      objects(path, before.toObject(), after.toObject());
    else if (before.isArray() && after.isArray())
      arrays(path, before.toArray(), after.toArray());
    else
      m_found.append({Change::Changed, path, before, after});
  }

  void objects(const QString &path, const QJsonObject &before, const QJsonObject &after) {
    QStringList keys = before.keys() + after.keys();
    keys.removeDuplicates();
    std::sort(keys.begin(), keys.end());
    for (const QString &key : keys) {
      const QString inner = path + QLatin1Char('/') + key;
      if (!after.contains(key))
        m_found.append({Change::Removed, inner, before[key], {}});
      else if (!before.contains(key))
        m_found.append({Change::Added, inner, {}, after[key]});
      else
        compare(inner, before[key], after[key]);
    }
  }

  void arrays(const QString &path, const QJsonArray &before, const QJsonArray &after) {
    const qsizetype both = std::min(before.size(), after.size());
    for (qsizetype at = 0; at != both; ++at)
      compare(path + QLatin1Char('/') + QString::number(at), before[at], after[at]);
    for (qsizetype at = both; at < before.size(); ++at)
      m_found.append({Change::Removed, path + QLatin1Char('/') + QString::number(at), before[at], {}});
    for (qsizetype at = both; at < after.size(); ++at)
      m_found.append({Change::Added, path + QLatin1Char('/') + QString::number(at), {}, after[at]});
  }

  QList<Change> m_found;
};

std::optional<QJsonObject> read(const QString &path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return std::nullopt;
  QJsonParseError error;
  const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
  if (error.error != QJsonParseError::NoError) {
    qWarning() << path << error.offset << error.errorString();
    return std::nullopt;
  }
  return document.object();
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  const QStringList names = app.arguments();
  if (names.size() != 3)
    return 2;
  const auto before = read(names[1]), after = read(names[2]);
  if (!before || !after)
    return 2;
  QTextStream out(stdout);
  const QList<Change> changes = Differ().run(*before, *after);
  for (const Change &each : changes)
    if (each.kind == Change::Added)
      out << "+ " << each.path << ' ' << shown(each.after) << Qt::endl;
    else if (each.kind == Change::Removed)
      out << "- " << each.path << ' ' << shown(each.before) << Qt::endl;
    else
      out << "! " << each.path << ' ' << shown(each.before) << " -> " << shown(each.after) << Qt::endl;
  return changes.isEmpty() ? 0 : 1;
}
