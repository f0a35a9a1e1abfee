#include "client.hpp"

#include <curl/curl.h>

#include <new>

#include "settings.hpp"

namespace {

// Once for the process; it stays.
bool started() {
  static const bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return good;
}

}  // namespace

Client::Client(const Settings& settings) : handle_(started() ? curl_easy_init() : nullptr) {
  if (handle_ == nullptr) throw std::bad_alloc();
  headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
  if (headers_ == nullptr) {
    curl_easy_cleanup(handle_);
    throw std::bad_alloc();
  }
  curl_easy_setopt(handle_, CURLOPT_URL, settings.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);  // the one that was configured decides, nobody it names
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");           // nor one of the environment
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(headers_));
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer_);
  if (!settings.ca_file.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, settings.ca_file.c_str());
}

Client::~Client() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

// Another number than was given ends the transfer with an error.
std::size_t Client::take(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  if (size * count > max_answer_size - text.size()) return 0;
  try {
    text.append(bytes, size * count);
  } catch (...) {
    return 0;
  }
  return size * count;
}

std::optional<Decision> Client::ask(const PolicyQuestion& question, std::string& error) {
  answer_.clear();
  const std::string document = question.document();
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(document.size()));
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, document.c_str());
  const CURLcode code = curl_easy_perform(handle_);
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, nullptr);
  if (code != CURLE_OK) {
    error = curl_easy_strerror(code);
    return std::nullopt;
  }
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    error = "status " + std::to_string(status);
    return std::nullopt;
  }
  return parse_decision(answer_, error);
}
