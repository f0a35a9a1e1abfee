#include "asker.hpp"

#include <cstdio>
#include <utility>

#include "client.hpp"

namespace {

// Whether anybody reads it is no concern of an answer.
void report(const char* what) { static_cast<void>(std::fprintf(stderr, "authz-http: no decision: %s\n", what)); }

void tell(const Asker::Done& done, const std::optional<Decision>& decision) noexcept {
  try {
    done(decision);
  } catch (...) {
    report("out of memory");  // the question answers for itself when it is dropped
  }
}

}  // namespace

Asker::Asker(Settings settings)
    : settings_(std::move(settings)), cache_(settings_.cache_lifetime, Settings::max_cache_size) {
  try {
    for (unsigned i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

Asker::~Asker() {
  stop();
  for (const auto& item : waiting_) tell(item.done, std::nullopt);
}

void Asker::stop() noexcept {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Asker::ask(PolicyQuestion question, Done done) {
  if (const auto known = cache_.find(question.key(), Cache::Clock::now())) return tell(done, known);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.size() < Settings::max_waiting) {
      waiting_.push_back({std::move(question), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  report("too many questions wait for an answer");
  tell(done, std::nullopt);
}

bool Asker::take(Item& item) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  if (stopping_) return false;
  item = std::move(waiting_.front());
  waiting_.pop_front();
  return true;
}

void Asker::work() noexcept {
  std::optional<Client> client;
  for (Item item; take(item); item = {}) {
    std::optional<Decision> decision;
    try {
      if (!client) client.emplace(settings_);
      std::string error;
      // The same may have been asked, and answered, while this one waited.
      decision = cache_.find(item.question.key(), Cache::Clock::now());
      if (!decision) {
        decision = client->ask(item.question, error);
        if (decision) cache_.add(item.question.key(), *decision, Cache::Clock::now());
      }
      if (!decision) report(error.c_str());
    } catch (...) {
      decision.reset();
      report("out of memory");
    }
    tell(item.done, decision);
  }
}
