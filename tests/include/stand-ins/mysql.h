// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of the MySQL and MariaDB client; not their code.
#pragma once
extern "C" {
typedef struct st_mysql MYSQL;
typedef struct st_mysql_res MYSQL_RES;
typedef char **MYSQL_ROW;
MYSQL *mysql_real_connect(MYSQL *, const char *, const char *, const char *,
                          const char *, unsigned, const char *, unsigned long);
int mysql_query(MYSQL *, const char *);
int mysql_real_query(MYSQL *, const char *, unsigned long);
MYSQL_RES *mysql_store_result(MYSQL *);
MYSQL_RES *mysql_use_result(MYSQL *);
MYSQL_ROW mysql_fetch_row(MYSQL_RES *);
int mysql_real_query_start(int *, MYSQL *, const char *, unsigned long);
int mysql_real_query_cont(int *, MYSQL *, int);
unsigned mysql_num_fields(MYSQL_RES *);
}
