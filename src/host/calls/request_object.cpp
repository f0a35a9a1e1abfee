#include "host/calls/request_object.hpp"

#include <algorithm>

#include "host/calls/certificate.hpp"

namespace winrmd::host {

std::unique_ptr<RequestObject> RequestObject::make(SlotSpace& space, const ipc::RequestDetails& details, HANDLE token,
                                                   HANDLE event) {
  void* const slot = space.take();
  if (slot == nullptr) return nullptr;
  std::unique_ptr<RequestObject> object(new RequestObject(space, static_cast<Block*>(slot)));
  object->block_->sender.clientToken = token;
  object->block_->request.shutdownNotificationHandle = event;
  object->fill(details);
  if (!object->details_.good()) return nullptr;
  return object;
}

RequestObject::~RequestObject() { space_.give_back(block_); }

void RequestObject::fill(const ipc::RequestDetails& details) {
  WSMAN_PLUGIN_REQUEST& request = block_->request;
  WSMAN_SENDER_DETAILS& sender = block_->sender;
  WSMAN_OPERATION_INFOEX& info = block_->info;
  sender.senderName = details_.text(details.sender_name);
  sender.authenticationMechanism = details_.text(details.mechanism);
  sender.certificateDetails = certificate_details(details_, details.certificate);
  sender.httpURL = details_.text(details.http_url);
  request.senderDetails = &sender;
  request.locale = details_.text(details.locale);
  request.dataLocale = details_.text(details.data_locale);
  request.resourceUri = details_.text(details.resource_uri);
  // The layout of INFOEX, which starts like INFO; `version` tells those who know.
  request.operationInfo = reinterpret_cast<WSMAN_OPERATION_INFO*>(&info);
  info.version = WSMAN_OPERATION_INFOV2;
  info.uiLocale = request.locale;
  info.dataLocale = request.dataLocale;
  info.selectorSet.numberKeys = static_cast<DWORD>(details.selectors.size());
  info.selectorSet.keys = details_.array<WSMAN_KEY>(details.selectors.size());
  for (std::size_t i = 0; i < details.selectors.size(); ++i) {
    info.selectorSet.keys[i].key = details_.text(details.selectors[i].name);
    info.selectorSet.keys[i].value = details_.text(details.selectors[i].value);
  }
  fill_options(details);
  if (details.fragment) {
    info.fragment.path = details_.text(details.fragment->text);
    info.fragment.dialect = details_.text_or_null(details.fragment->dialect);
  }
  if (details.filter) {
    info.filter.filter = details_.text(details.filter->text);
    info.filter.dialect = details_.text_or_null(details.filter->dialect);
  }
}

void RequestObject::fill_options(const ipc::RequestDetails& details) {
  WSMAN_OPTION_SETEX& set = block_->info.optionSet;
  const std::size_t count = details.options.size();
  set.optionsCount = static_cast<DWORD>(count);
  set.optionsMustUnderstand = details.options_must_understand ? 1 : 0;
  set.options = details_.array<WSMAN_OPTION>(count);
  const bool typed = std::ranges::any_of(details.options, [](const auto& option) { return !option.type.empty(); });
  if (typed) set.optionTypes = details_.array<PCWSTR>(count);
  for (std::size_t i = 0; i < count; ++i) {
    set.options[i].name = details_.text(details.options[i].name);
    set.options[i].value = details_.text(details.options[i].value);
    set.options[i].mustComply = details.options[i].must_comply ? 1 : 0;
    if (typed) set.optionTypes[i] = details_.text(details.options[i].type);
  }
}

void RequestObject::free_details() {
  WSMAN_PLUGIN_REQUEST& request = block_->request;
  request.senderDetails = nullptr;
  request.locale = nullptr;
  request.dataLocale = nullptr;
  request.resourceUri = nullptr;
  request.operationInfo = nullptr;
  block_->sender = {};
  block_->info = {};
  details_.clear();
}

void RequestObject::revoke() {
  if (!contract::watching()) return;
  details_.clear();
  arguments_.clear();
  space_.give_back(block_);
}

void RequestObject::set_shutdown() { __atomic_store_n(&block_->request.shutdownNotification, 1, __ATOMIC_SEQ_CST); }

}  // namespace winrmd::host
