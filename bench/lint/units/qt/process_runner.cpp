// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs programs one after the other, as Make does, and stops at the first that fails.
#include <QCoroProcess>
#include <QCoroTask>

#include <QCoreApplication>
#include <QDebug>
#include <QElapsedTimer>
#include <QHash>
#include <QProcess>
#include <QSet>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

using namespace std::chrono_literals;

namespace {

struct Step {
  QString name, program;
  QStringList arguments, needs;
};

struct Outcome {
  int status = 0;
  qint64 milliseconds = 0;
  QString output;
};

QCoro::Task<std::optional<Outcome>> execute(Step step) {
  QElapsedTimer clock;
  clock.start();
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  if (!co_await qCoro(process).start(step.program, step.arguments)) {
    qWarning() << step.name << "cannot be started:" << process.errorString();
    co_return std::nullopt;
  }
  if (!co_await qCoro(process).waitForFinished(30s)) {
    qWarning() << step.name << "takes too long";
    process.kill();
    co_return std::nullopt;
  }
  co_return Outcome{process.exitCode(), clock.elapsed(), QString::fromLocal8Bit(process.readAll())};
}

class Plan {
public:
  void add(Step step) { m_steps.insert(step.name, std::move(step)); }

  QCoro::Task<bool> reach(QString name) {
    if (m_done.contains(name))
      co_return true;
    const Step step = m_steps.value(name);
    for (const QString &each : step.needs)
      if (!co_await reach(each))
        co_return false;
    const auto outcome = co_await execute(step);
    if (!outcome || outcome->status != 0) {
      qWarning().noquote() << name << "failed" << (outcome ? outcome->output : QString());
      co_return false;
    }
    qInfo() << name << outcome->milliseconds << "ms";
    m_done.insert(name);
    co_return true;
  }

private:
  QHash<QString, Step> m_steps;
  QSet<QString> m_done;
};

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Plan plan;
  const QString shell = QStringLiteral("sh"), option = QStringLiteral("-c");
  plan.add({QStringLiteral("configure"), shell, {option, QStringLiteral("sleep 0.1")}, {}});
  plan.add({QStringLiteral("compile"),
            shell,
            {option, QStringLiteral("sleep 0.2")},
            {QStringLiteral("configure")}});
  plan.add({QStringLiteral("test"), shell, {option, QStringLiteral("exit 0")}, {QStringLiteral("compile")}});
  return QCoro::waitFor(plan.reach(QStringLiteral("test"))) ? 0 : 1;
}
