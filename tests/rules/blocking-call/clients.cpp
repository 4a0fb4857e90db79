// RUN: %verify %s
//
// Database and HTTP clients.
#include "stand-ins/curl.h"
#include "stand-ins/hiredis.h"
#include "stand-ins/libpq-fe.h"
#include "stand-ins/mysql.h"
#include "stand-ins/sqlite3.h"
#include "user_stream.h"
using app::stream;
using app::task;
// expected-note@* 1+ {{instead}}

task<> curl_bad(CURL *easy, CURLM *multi) {
  curl_easy_perform(easy);                          // expected-warning {{calls `::curl_easy_perform`}}
  int n;
  curl_multi_wait(multi, nullptr, 0, 1000, &n);     // expected-warning {{calls `::curl_multi_wait`}}
  curl_multi_poll(multi, nullptr, 0, 1000, &n);     // expected-warning {{calls `::curl_multi_poll`}}
  co_return;
}
task<> curl_ok(CURL *easy, CURLM *multi) {
  curl_easy_setopt(easy, 1, 2);
  int n;
  curl_multi_socket_action(multi, 1, 2, &n);
  curl_multi_perform(multi, &n);
  co_return;
}

stream<int> sqlite_bad(sqlite3 *db, sqlite3_stmt *rows) {
  while (sqlite3_step(rows) == SQLITE_ROW) // expected-warning {{calls `::sqlite3_step`}}
    co_yield sqlite3_column_int(rows, 0);
  sqlite3_exec(db, "commit", nullptr, nullptr, nullptr); // expected-warning {{calls `::sqlite3_exec`}}
}

task<> postgres_bad() {
  PGconn *db = PQconnectdb("");       // expected-warning {{calls `::PQconnectdb`}}
  PQclear(PQexec(db, "select 1"));    // expected-warning {{calls `::PQexec`}}
  PQsendQuery(db, "select 2");
  PQclear(PQgetResult(db));           // expected-warning {{calls `::PQgetResult`}}
  co_return;
}
// libpq's documented way: the result is complete when PQisBusy says so.
task<> postgres_ok(PGconn *db) {
  PQsetnonblocking(db, 1);
  PQsendQuery(db, "select 1");
  while (PQisBusy(db)) {
    co_await app::sleep(1);
    PQconsumeInput(db);
  }
  PQclear(PQgetResult(db));
}

stream<int> mysql_bad(MYSQL *db) {
  mysql_query(db, "select 1");                   // expected-warning {{calls `::mysql_query`}}
  MYSQL_RES *rows = mysql_store_result(db);      // expected-warning {{calls `::mysql_store_result`}}
  co_yield static_cast<int>(mysql_num_fields(rows));
}
task<> mysql_ok(MYSQL *db) {
  int error;
  int status = mysql_real_query_start(&error, db, "select 1", 8);
  while (status) {
    co_await app::sleep(1);
    status = mysql_real_query_cont(&error, db, status);
  }
}

task<> redis_bad() {
  redisContext *db = redisConnect("localhost", 6379); // expected-warning {{calls `::redisConnect`}}
  redisCommand(db, "PING");                           // expected-warning {{calls `::redisCommand`}}
  co_return;
}
task<> redis_ok(redisAsyncContext *db) {
  redisAsyncCommand(db, nullptr, nullptr, "PING");
  (void)redisConnectNonBlock("localhost", 6379);
  co_return;
}

void twin_ok(CURL *easy, sqlite3_stmt *rows, redisContext *db) {
  curl_easy_perform(easy);
  sqlite3_step(rows);
  redisCommand(db, "PING");
}
