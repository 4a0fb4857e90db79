// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A generator of ticks that does not drift, and things that happen on some of them.
#include <QCoroAsyncGenerator>
#include <QCoroTask>
#include <QCoroTimer>

#include <QCoreApplication>
#include <QDateTime>
#include <QDebug>
#include <QElapsedTimer>
#include <QMap>
#include <QString>
#include <QTimer>

#include <chrono>
#include <functional>

using namespace std::chrono_literals;

namespace {

struct Tick {
  int number = 0;
  qint64 late = 0;
};

QCoro::AsyncGenerator<Tick> ticks(std::chrono::milliseconds period, int count) {
  QElapsedTimer since;
  since.start();
  QTimer timer;
  timer.setTimerType(Qt::PreciseTimer);
  timer.setSingleShot(true);
  for (int number = 1; number <= count; ++number) {
    const qint64 due = number * period.count();
    timer.start(static_cast<int>(std::max<qint64>(0, due - since.elapsed())));
    if (timer.isActive())
      co_await qCoro(timer).waitForTimeout();
    co_yield Tick{number, since.elapsed() - due};
  }
}

class Schedule {
public:
  void every(int ticks, QString name, std::function<void()> action) {
    m_actions.insert(ticks, {std::move(name), std::move(action)});
  }
  void run(int tick) {
    for (auto it = m_actions.cbegin(); it != m_actions.cend(); ++it)
      if (tick % it.key() == 0) {
        qDebug() << tick << it->name;
        it->action();
      }
  }

private:
  struct Action {
    QString name;
    std::function<void()> action;
  };
  QMultiMap<int, Action> m_actions;
};

QCoro::Task<qint64> follow(Schedule &schedule) {
  qint64 worst = 0;
  QCORO_FOREACH(const Tick &tick, ticks(50ms, 100)) {
    worst = std::max(worst, tick.late);
    schedule.run(tick.number);
  }
  co_return worst;
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Schedule schedule;
  int blinks = 0;
  schedule.every(10, QStringLiteral("blink"), [&] { ++blinks; });
  schedule.every(20, QStringLiteral("clock"), [] { qInfo() << QDateTime::currentDateTime(); });
  qInfo() << "late by at most" << QCoro::waitFor(follow(schedule)) << "ms," << blinks << "blinks";
}
