// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of libcurl's easy and multi interface; not
// libcurl's code.
#pragma once
extern "C" {
typedef void CURL;
typedef void CURLM;
typedef int CURLcode;
typedef int CURLMcode;
CURL *curl_easy_init(void);
void curl_easy_cleanup(CURL *);
CURLcode curl_easy_setopt(CURL *, int, ...);
CURLcode curl_easy_perform(CURL *);
CURLMcode curl_multi_perform(CURLM *, int *);
CURLMcode curl_multi_wait(CURLM *, void *, unsigned, int, int *);
CURLMcode curl_multi_poll(CURLM *, void *, unsigned, int, int *);
CURLMcode curl_multi_socket_action(CURLM *, int, int, int *);
}
