// RUN: %verify %s
//
// C and POSIX calls, and the flags that make them return at once.
#include "user_stream.h"
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
using app::task;
// expected-note@* 1+ {{instead}}

char buffer[64];

task<> sleeps_bad() {
  sleep(1);                    // expected-warning {{calls `::sleep`}}
  usleep(1000);                // expected-warning {{calls `::usleep`}}
  timespec pause_for{1, 0};
  nanosleep(&pause_for, nullptr); // expected-warning {{calls `::nanosleep`}}
  co_return;
}

task<> descriptor_bad(int fd) {
  read(fd, buffer, sizeof buffer);     // expected-warning {{calls `::read`}}
  ::write(fd, buffer, sizeof buffer);  // expected-warning {{calls `::write`}}
  fsync(fd);                           // expected-warning {{calls `::fsync`}}
  co_return;
}
// The caller shows that it knows the descriptor as non-blocking.
task<> would_block_ok(int fd) {
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      co_await app::sleep(1);
      continue;
    }
    co_return;
  }
}
task<> made_non_blocking_ok(int fd) {
  fcntl(fd, F_SETFL, O_NONBLOCK);
  read(fd, buffer, sizeof buffer);
  co_return;
}

task<> socket_bad(int fd) {
  recv(fd, buffer, sizeof buffer, 0);       // expected-warning {{calls `::recv`}}
  send(fd, buffer, sizeof buffer, 0);       // expected-warning {{calls `::send`}}
  accept(fd, nullptr, nullptr);             // expected-warning {{calls `::accept`}}
  recv(fd, buffer, sizeof buffer, MSG_PEEK); // expected-warning {{calls `::recv`}}
  co_return;
}
task<> socket_ok(int fd) {
  recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  recv(fd, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
  send(fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_NOSIGNAL);
  shutdown(fd, SHUT_WR);
  co_return;
}

task<> poll_bad(pollfd *fds, int epoll, epoll_event *events) {
  poll(fds, 1, -1);                  // expected-warning {{calls `::poll`}}
  poll(fds, 1, 250);                 // expected-warning {{calls `::poll`}}
  epoll_wait(epoll, events, 8, -1);  // expected-warning {{calls `::epoll_wait`}}
  select(1, nullptr, nullptr, nullptr, nullptr); // expected-warning {{calls `::select`}}
  co_return;
}
task<> poll_ok(pollfd *fds, int epoll, epoll_event *events) {
  poll(fds, 1, 0);
  epoll_wait(epoll, events, 8, 0);
  co_return;
}

task<> process_bad(pid_t child) {
  int status;
  waitpid(child, &status, 0);      // expected-warning {{calls `::waitpid`}}
  waitpid(child, &status, WUNTRACED); // expected-warning {{calls `::waitpid`}}
  std::system("make");             // expected-warning {{system`}}
  popen("date", "r");              // expected-warning {{calls `::popen`}}
  co_return;
}
task<> process_ok(pid_t child) {
  int status;
  while (waitpid(child, &status, WNOHANG) == 0)
    co_await app::sleep(10);
  waitpid(child, &status, WNOHANG | WUNTRACED);
}

task<> names_bad() {
  addrinfo *found;
  getaddrinfo("example.org", "http", nullptr, &found); // expected-warning {{calls `::getaddrinfo`}}
  getaddrinfo(nullptr, "http", nullptr, &found);
  gethostbyname("example.org");                        // expected-warning {{calls `::gethostbyname`}}
  freeaddrinfo(found);
  co_return;
}

task<> threads_bad(pthread_t other, sem_t *permits, pthread_cond_t *changed, pthread_mutex_t *guard) {
  pthread_join(other, nullptr);         // expected-warning {{calls `::pthread_join`}}
  sem_wait(permits);                    // expected-warning {{calls `::sem_wait`}}
  pthread_cond_wait(changed, guard);    // expected-warning {{calls `::pthread_cond_wait`}}
  co_return;
}
task<> threads_ok(sem_t *permits) {
  sem_trywait(permits);
  sem_post(permits);
  co_return;
}

task<> file_locks_bad(int fd, struct flock *area) {
  flock(fd, LOCK_EX);         // expected-warning {{calls `::flock`}}
  fcntl(fd, F_SETLKW, area);  // expected-warning {{calls `::fcntl`}}
  co_return;
}
task<> file_locks_ok(int fd, struct flock *area) {
  flock(fd, LOCK_EX | LOCK_NB);
  fcntl(fd, F_SETLK, area);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  co_return;
}

// A pointer to a blocking function is not a call of it, sizeof calls nothing.
using reader = ssize_t (*)(int, void *, size_t);
task<> mentions_ok(int fd) {
  reader take = &::read;
  (void)take;
  (void)sizeof(::read(fd, buffer, 1));
  (void)noexcept(::read(fd, buffer, 1));
  co_return;
}

void twin_ok(int fd, pid_t child) {
  read(fd, buffer, sizeof buffer);
  waitpid(child, nullptr, 0);
  sleep(1);
}

// Sockets that their class makes non-blocking, by what libraries call that.
enum class blocking { yes, no };
struct handle {
  explicit handle(blocking);
  int native() const;
};
struct quiet_server {
  handle socket;
  quiet_server() : socket(blocking::no) {}
  task<> accept_ok() {
    accept(socket.native(), nullptr, nullptr);
    co_return;
  }
};
struct loud_server {
  handle socket;
  loud_server() : socket(blocking::yes) {}
  task<> accept_bad() {
    accept(socket.native(), nullptr, nullptr); // expected-warning {{calls `::accept`}}
    co_return;
  }
};
struct quiet_from_the_start {
  handle socket{blocking::no};
  task<> accept_ok() {
    accept(socket.native(), nullptr, nullptr);
    co_return;
  }
};
