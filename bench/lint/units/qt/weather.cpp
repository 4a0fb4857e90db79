// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asks several services for the same, takes what comes first of each, and keeps it for a while.
#include "shared/qt.h"

#include <QCache>
#include <QDateTime>
#include <QJsonArray>
#include <QSharedPointer>

#include <chrono>
#include <cmath>
#include <vector>

using namespace app;
using namespace std::chrono_literals;

namespace {

struct Report {
  QString station;
  double temperature = NAN, wind = NAN;
};

class Service {
public:
  Service(QString name, QUrl base) : m_name(std::move(name)), m_web(std::move(base)) {}
  virtual ~Service() = default;

  const QString &name() const { return m_name; }
  virtual QCoro::Task<std::optional<Report>> ask(QString place) = 0;

protected:
  QCoro::Task<std::optional<QJsonObject>> object(QString path) {
    const Answer got = co_await m_web.get(path);
    co_return got.isGood() ? got.object() : std::nullopt;
  }

private:
  QString m_name;
  Web m_web;
};

class Flat : public Service {
public:
  using Service::Service;
  QCoro::Task<std::optional<Report>> ask(QString place) override {
    const auto found = co_await object(QStringLiteral("/now/") + place);
    if (!found)
      co_return std::nullopt;
    co_return Report{place, (*found)[QStringLiteral("t")].toDouble(),
                     (*found)[QStringLiteral("w")].toDouble()};
  }
};

class Nested : public Service {
public:
  using Service::Service;
  QCoro::Task<std::optional<Report>> ask(QString place) override {
    const auto found = co_await object(QStringLiteral("/v2/stations?near=") + place);
    if (!found)
      co_return std::nullopt;
    const QJsonArray stations = (*found)[QStringLiteral("stations")].toArray();
    if (stations.isEmpty())
      co_return std::nullopt;
    const QJsonObject nearest = stations.first().toObject();
    const QJsonObject values = nearest[QStringLiteral("values")].toObject();
    co_return Report{nearest[QStringLiteral("name")].toString(),
                     values[QStringLiteral("kelvin")].toDouble() - 273.15,
                     values[QStringLiteral("knots")].toDouble() * 1.852};
  }
};

class Weather {
public:
  void add(QSharedPointer<Service> one) { m_services.push_back(std::move(one)); }

  QCoro::Task<std::optional<Report>> at(QString place) {
    if (const Kept *known = m_kept.object(place); known && known->until > QDateTime::currentDateTime())
      co_return known->report;
    for (const auto &each : m_services) {
      const auto found = co_await each->ask(place);
      if (!found) {
        qWarning() << each->name() << "does not know" << place;
        continue;
      }
      m_kept.insert(place, new Kept{*found, QDateTime::currentDateTime().addSecs(600)});
      co_return found;
    }
    co_return std::nullopt;
  }

private:
  struct Kept {
    Report report;
    QDateTime until;
  };
  std::vector<QSharedPointer<Service>> m_services;
  QCache<QString, Kept> m_kept{100};
};

QCoro::Task<> run() {
  Weather weather;
  weather.add(
      QSharedPointer<Flat>::create(QStringLiteral("flat"), QUrl(QStringLiteral("https://a.example.org/"))));
  weather.add(QSharedPointer<Nested>::create(QStringLiteral("nested"),
                                             QUrl(QStringLiteral("https://b.example.org/"))));
  const QStringList places{QStringLiteral("Oslo"), QStringLiteral("Rome"), QStringLiteral("Oslo")};
  for (const QString &place : places)
    if (const auto found = co_await weather.at(place))
      qInfo() << place << found->station << found->temperature << found->wind;
}

} // namespace

int main(int argc, char **argv) { return runProgram(argc, argv, run); }
