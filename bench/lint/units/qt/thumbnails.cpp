// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scales pictures in threads while the event loop goes on. The order of the results is that of the jobs, in a
// generator that is started once for nothing: a mistake.
#include <QCoroAsyncGenerator>
#include <QCoroFuture>
#include <QCoroTask>
#include <QCoroThread>

#include <QCoreApplication>
#include <QDebug>
#include <QFuture>
#include <QList>
#include <QPromise>
#include <QRunnable>
#include <QThreadPool>

#include <deque>
#include <memory>

namespace {

struct Picture {
  int width = 0, height = 0;
  QList<quint32> pixels;
};

Picture gradient(int width, int height) {
  Picture made{width, height, {}};
  made.pixels.reserve(qsizetype(width) * height);
  for (int y = 0; y != height; ++y)
    for (int x = 0; x != width; ++x)
      made.pixels.append(quint32(x * 255 / width) << 16 | quint32(y * 255 / height) << 8);
  return made;
}

Picture scaled(const Picture &from, int factor) {
  Picture made{from.width / factor, from.height / factor, {}};
  for (int y = 0; y != made.height; ++y)
    for (int x = 0; x != made.width; ++x) {
      quint64 red = 0, green = 0;
      for (int dy = 0; dy != factor; ++dy)
        for (int dx = 0; dx != factor; ++dx) {
          const quint32 pixel = from.pixels[qsizetype(y * factor + dy) * from.width + x * factor + dx];
          red += pixel >> 16 & 0xff;
          green += pixel >> 8 & 0xff;
        }
      const quint64 count = quint64(factor) * factor;
      made.pixels.append(quint32(red / count) << 16 | quint32(green / count) << 8);
    }
  return made;
}

template <class Work> auto inPool(Work work) {
  using Result = decltype(work());
  auto promise = std::make_shared<QPromise<Result>>();
  QFuture<Result> result = promise->future();
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->start();
    promise->addResult(work());
    promise->finish();
  });
  return result;
}

QCoro::AsyncGenerator<Picture> thumbnails(QList<Picture> of, int factor, qsizetype ahead) {
  std::deque<QFuture<Picture>> running;
  for (const Picture &each : of) {
    running.push_back(inPool([each, factor] { return scaled(each, factor); }));
    if (qsizetype(running.size()) < ahead)
      continue;
    co_await qCoro(running.front()).waitForFinished();
    co_yield running.front().result();
    running.pop_front();
  }
  for (; !running.empty(); running.pop_front()) {
    co_await qCoro(running.front()).waitForFinished();
    co_yield running.front().result();
  }
}

QCoro::Task<> run() {
  QList<Picture> originals;
  for (int size = 64; size <= 512; size += 64)
    originals.append(gradient(size, size));
  const auto early = thumbnails(originals, 2, 2);
  int count = 0;
  auto made = thumbnails(originals, 8, 3);
  QCORO_FOREACH(const Picture &each, made) {
    qInfo() << ++count << each.width << each.height << each.pixels.last();
  }
}

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  QCoro::waitFor(run());
}
