#include "auth/ticket_desk.hpp"

#include <utility>

#include "lib/text/ascii.hpp"

namespace winrmd::auth {

void TicketDesk::ask(std::uint64_t connection, std::string principal, credssp::PasswordCredentials credentials,
                     Done done, Clock::time_point now) {
  Request request{.number = ++last_number_, .principal = std::move(principal), .credentials = std::move(credentials)};
  if (busy_ && queue_.size() >= max_ticket_requests) return done(fail("too many requests for tickets"), now);
  const auto number = request.number;
  waiting_.emplace(number, Waiting{.connection = connection, .done = std::move(done), .until = now + ticket_patience});
  if (busy_) {
    queue_.push_back(std::move(request));
  } else if (!start(std::move(request))) {
    tell(number, fail("too many log-in checks"), now);
  }
}

bool TicketDesk::start(Request request) {
  busy_ = work_([this, acquire = acquire_, request = std::move(request)]() -> Completion {
    auto ticket = acquire(request.principal, request.credentials.password);
    return [this, number = request.number, ticket = std::move(ticket)](Clock::time_point now) mutable {
      finished(number, std::move(ticket), now);
    };
  });
  return busy_;
}

void TicketDesk::finished(std::uint64_t number, Result<std::string> ticket, Clock::time_point now) {
  busy_ = false;
  tell(number, std::move(ticket), now);
  while (!busy_ && !queue_.empty()) {
    auto next = std::move(queue_.front());
    queue_.pop_front();
    const auto next_number = next.number;
    if (!start(std::move(next))) tell(next_number, fail("too many log-in checks"), now);
  }
}

void TicketDesk::tell(std::uint64_t number, Result<std::string> ticket, Clock::time_point now) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) {
    if (ticket) text::wipe(*ticket);
    return;
  }
  auto done = std::move(found->second.done);
  waiting_.erase(found);
  done(std::move(ticket), now);
}

void TicketDesk::drop_request(std::uint64_t number) {
  std::erase_if(queue_, [&](const Request& request) { return request.number == number; });
}

void TicketDesk::forget(std::uint64_t connection) {
  std::erase_if(waiting_, [&](const auto& entry) {
    if (entry.second.connection != connection) return false;
    drop_request(entry.first);
    return true;
  });
}

void TicketDesk::forget_all() {
  waiting_.clear();
  queue_.clear();
}

Clock::time_point TicketDesk::expire(Clock::time_point now) {
  while (!waiting_.empty() && waiting_.begin()->second.until <= now) {
    const auto number = waiting_.begin()->first;
    drop_request(number);
    tell(number, fail("the KDC did not answer in time"), now);
  }
  return waiting_.empty() ? Clock::time_point::max() : waiting_.begin()->second.until;
}

}  // namespace winrmd::auth
