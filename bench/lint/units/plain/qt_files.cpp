// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the programs with Qt do with files. The header is not included: it brings coroutines, which this has
// not.
#include <QByteArray>
#include <QDebug>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QString>

namespace app {

QByteArray readWholeFile(const QString &path);
bool writeWholeFile(const QString &path, const QByteArray &content);

namespace {

bool makeFolderOf(const QString &path) {
  const QDir folder = QFileInfo(path).absoluteDir();
  return folder.exists() || QDir().mkpath(folder.absolutePath());
}

QString withoutOddCharacters(QString path) {
  for (QChar &each : path)
    if (each.category() == QChar::Other_Control)
      each = QLatin1Char('_');
  return path;
}

} // namespace

QByteArray readWholeFile(const QString &path) {
  QFile file(withoutOddCharacters(path));
  if (!file.open(QIODevice::ReadOnly)) {
    qWarning() << path << file.errorString();
    return {};
  }
  return file.readAll();
}

bool writeWholeFile(const QString &path, const QByteArray &content) {
  const QString clean = withoutOddCharacters(path);
  if (!makeFolderOf(clean))
    return false;
  QSaveFile file(clean);
  if (!file.open(QIODevice::WriteOnly)) {
    qWarning() << path << file.errorString();
    return false;
  }
  for (qsizetype at = 0; at < content.size();) {
    const qint64 written =
        file.write(content.constData() + at, std::min<qsizetype>(content.size() - at, 1 << 16));
    if (written < 0)
      return false;
    at += written;
  }
  return file.commit();
}

} // namespace app
