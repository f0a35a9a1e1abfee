// The forwarders of the plug-in interface: what they refuse by themselves, what they hand on, what they let out.
#include <gtest/gtest.h>

#include <functional>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace winrmd::wsmsvc {
namespace {

template <typename T>
T* pointer(std::uintptr_t value) {
  return reinterpret_cast<T*>(value);  // NOLINT: never dereferenced, that is the point
}

WSMAN_PLUGIN_REQUEST* const request = pointer<WSMAN_PLUGIN_REQUEST>(0x1000);
WSMAN_SENDER_DETAILS* const sender = pointer<WSMAN_SENDER_DETAILS>(0x2000);
void* const context = pointer<void>(0x3000);
HANDLE const token = pointer<void>(0x4000);

DWORD complete_user(WSMAN_SENDER_DETAILS* who, DWORD flags) {
  return WSManPluginAuthzUserComplete(who, flags, nullptr, nullptr, FALSE, ERROR_SUCCESS, nullptr);
}

WSMAN_DATA binary(std::string& bytes) {
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = reinterpret_cast<BYTE*>(bytes.data());
  data.binaryData.dataLength = static_cast<DWORD>(bytes.size());
  return data;
}

TEST(AuthzUserComplete, S6_S25_S26_null_sender_or_any_flag_is_refused_and_never_reaches_the_host) {
  FakeBackend host;
  EXPECT_EQ(complete_user(nullptr, 0), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(complete_user(nullptr, 1), ERROR_INVALID_PARAMETER);
  for (DWORD bit = 1; bit != 0; bit <<= 1) EXPECT_EQ(complete_user(sender, bit), ERROR_INVALID_PARAMETER) << bit;
  EXPECT_TRUE(host.user_answers.empty());
  EXPECT_EQ(complete_user(sender, 0), ERROR_SUCCESS);  // still pending: this one counts
  EXPECT_EQ(host.user_answers.size(), 1U);
}

TEST(AuthzUserComplete, S3_S7_S12_hands_on_every_argument_as_it_came) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginAuthzUserComplete(sender, 0, context, token, 2, 0x80338199U, u"text"), ERROR_SUCCESS);
  ASSERT_EQ(host.user_answers.size(), 1U);
  const auto& answer = host.user_answers[0];
  EXPECT_EQ(answer.sender, sender);
  EXPECT_EQ(answer.context, context);
  EXPECT_EQ(answer.token, token);
  EXPECT_TRUE(answer.administrator);
  EXPECT_EQ(answer.code, 0x80338199U);
  EXPECT_EQ(answer.text, u"text");
}

TEST(AuthzUserComplete, S25_gives_nothing_but_0_and_87_also_when_the_host_throws_or_is_missing) {
  EXPECT_EQ(complete_user(sender, 0), ERROR_INVALID_PARAMETER);
  FakeBackend host;
  host.throws = true;
  EXPECT_EQ(complete_user(sender, 0), ERROR_INVALID_PARAMETER);
}

TEST(AuthzOperationComplete, refuses_null_and_flags_and_hands_on_the_rest) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginAuthzOperationComplete(nullptr, 0, context, 5, u"no"), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 1, context, 5, u"no"), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.operation_answers.empty());
  EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 0, context, 5, u"no"), ERROR_SUCCESS);
  ASSERT_EQ(host.operation_answers.size(), 1U);
  EXPECT_EQ(host.operation_answers[0].context, context);
  EXPECT_EQ(host.operation_answers[0].code, 5U);
  EXPECT_EQ(host.operation_answers[0].text, u"no");
}

TEST(AuthzQueryQuotaComplete, refuses_null_sender_and_flags_before_the_host_hears_of_it) {
  FakeBackend host;
  WSMAN_AUTHZ_QUOTA quota = {1, 2, 3, 4};
  EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(nullptr, 0, &quota, ERROR_SUCCESS, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 1, &quota, ERROR_SUCCESS, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0x80000000, &quota, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.quota_answers.empty());
  EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, ERROR_SUCCESS, nullptr), ERROR_SUCCESS);
  EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, nullptr, ERROR_ACCESS_DENIED, WSMAN_TEXT("no")),
            ERROR_SUCCESS);
  ASSERT_EQ(host.quota_answers.size(), 2U);
  EXPECT_EQ(host.quota_answers[0].quota->maxAllowedOperationsPerTimeslot, 4U);
  EXPECT_EQ(host.quota_answers[1].code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(host.quota_answers[1].text, u"no");
}

TEST(ReportContext, refuses_null_request_null_context_and_flags) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginReportContext(nullptr, 0, context), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportContext(request, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportContext(request, 1, context), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.reports.empty());
  EXPECT_EQ(WSManPluginReportContext(request, 0, context), NO_ERROR);
  ASSERT_EQ(host.reports.size(), 1U);
  EXPECT_EQ(host.reports[0].request, request);
  EXPECT_EQ(host.reports[0].context, context);
}

struct Received {
  const char* what;
  WSMAN_PLUGIN_REQUEST* request;
  DWORD flags;
  bool stream;
  bool data;
  bool state;
  DWORD result;
};

class ReceiveResult : public testing::TestWithParam<Received> {};

TEST_P(ReceiveResult, checks_its_pairs_and_flags) {
  FakeBackend host;
  std::string bytes = "abc";
  WSMAN_DATA data = binary(bytes);
  const auto& it = GetParam();
  EXPECT_EQ(WSManPluginReceiveResult(it.request, it.flags, it.stream ? u"stdout" : nullptr, it.data ? &data : nullptr,
                                     it.state ? WSMAN_COMMAND_STATE_DONE : nullptr, 9),
            it.result);
  EXPECT_EQ(host.outputs.size(), it.result == NO_ERROR ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Table, ReceiveResult,
                         testing::Values(Received{"data", request, 0, true, true, false, NO_ERROR},
                                         Received{"state", request, 0, false, false, true, NO_ERROR},
                                         Received{"both", request, 0, true, true, true, NO_ERROR},
                                         Received{"all_flags", request, 7, true, true, false, NO_ERROR},
                                         Received{"flush_state", request, 2, false, false, true, NO_ERROR},
                                         Received{"no_request", nullptr, 0, true, true, false, 87},
                                         Received{"unknown_flag", request, 8, true, true, false, 87},
                                         Received{"high_flag", request, 0x80000000, true, true, false, 87},
                                         Received{"stream_alone", request, 0, true, false, false, 87},
                                         Received{"data_alone", request, 0, false, true, false, 87},
                                         Received{"stream_and_state", request, 0, true, false, true, 87},
                                         Received{"end_of_no_stream", request, 1, false, false, true, 87},
                                         Received{"nothing", request, 0, false, false, false, 87}),
                         [](const auto& it) { return it.param.what; });

TEST(ReceiveResultData, must_be_binary_with_a_buffer_unless_empty) {
  FakeBackend host;
  std::string bytes = "abc";
  WSMAN_DATA data = binary(bytes);
  data.type = WSMAN_DATA_TYPE_TEXT;
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, u"stdout", &data, nullptr, 0), ERROR_INVALID_PARAMETER);
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = nullptr;
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, u"stdout", &data, nullptr, 0), ERROR_INVALID_PARAMETER);
  data.binaryData.dataLength = 0;
  EXPECT_EQ(WSManPluginReceiveResult(request, 1, u"stdout", &data, nullptr, 0), NO_ERROR);
  EXPECT_EQ(host.outputs.size(), 1U);
}

TEST(OperationComplete, refuses_null_and_flags_and_hands_on_the_rest) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginOperationComplete(nullptr, 0, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginOperationComplete(request, 2, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.completions.empty());
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, 5, u"why"), NO_ERROR);
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].text, u"why");
}

TEST(GetOperationParameters, knows_six_values_and_clears_the_data_of_a_failure) {
  FakeBackend host;
  WSMAN_DATA data = {};
  for (DWORD selector = 1; selector <= 6; ++selector) {
    EXPECT_EQ(WSManPluginGetOperationParameters(request, selector, &data), NO_ERROR);
    EXPECT_EQ(data.number, selector);
  }
  for (const DWORD selector : {0U, 7U, 0xFFFFFFFFU}) {
    EXPECT_EQ(WSManPluginGetOperationParameters(request, selector, &data), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(data.type, WSMAN_DATA_NONE);
  }
  EXPECT_EQ(WSManPluginGetOperationParameters(nullptr, 1, &data), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginGetOperationParameters(request, 1, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(GetConfiguration, checks_its_arguments_and_clears_the_output) {
  FakeBackend host;
  WSMAN_DATA data = {};
  for (DWORD selector = 1; selector <= 5; ++selector) {
    EXPECT_EQ(WSManPluginGetConfiguration(context, selector, &data), NO_ERROR);
    EXPECT_EQ(data.number, selector);
  }
  EXPECT_EQ(WSManPluginGetConfiguration(context, 0, &data), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginGetConfiguration(context, 6, &data), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(data.type, WSMAN_DATA_NONE);
  EXPECT_EQ(WSManPluginGetConfiguration(context, 1, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(ReportCompletion, refuses_flags) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginReportCompletion(context, 1), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.completed_plugins.empty());
  EXPECT_EQ(WSManPluginReportCompletion(context, 0), NO_ERROR);
  EXPECT_EQ(WSManPluginReportCompletion(nullptr, 0), NO_ERROR);  // what Startup gave may be null
  EXPECT_EQ(host.completed_plugins, (std::vector<void*>{context, nullptr}));
}

TEST(FreeRequestDetails, refuses_null) {
  FakeBackend host;
  EXPECT_EQ(WSManPluginFreeRequestDetails(nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginFreeRequestDetails(request), NO_ERROR);
  EXPECT_EQ(host.freed, std::vector<WSMAN_PLUGIN_REQUEST*>{request});
}

TEST(Host, missing_every_call_is_refused) {
  WSMAN_DATA data = {};
  EXPECT_EQ(WSManPluginReportContext(request, 0, context), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_DONE, 0),
            ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginGetOperationParameters(request, 1, &data), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginFreeRequestDetails(request), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 0, nullptr, 0, nullptr), ERROR_INVALID_PARAMETER);
  WSManPluginRegisterShutdownCallback(request, [](void*) { FAIL(); }, nullptr);
}

TEST(Host, throwing_reaches_no_plug_in) {
  FakeBackend host;
  host.throws = true;
  WSMAN_DATA data = {};
  EXPECT_EQ(WSManPluginReportContext(request, 0, context), ERROR_INTERNAL_ERROR);
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_DONE, 0), ERROR_INTERNAL_ERROR);
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginGetOperationParameters(request, 1, &data), ERROR_INTERNAL_ERROR);
  EXPECT_EQ(WSManPluginFreeRequestDetails(request), ERROR_INVALID_PARAMETER);
  WSManPluginRegisterShutdownCallback(request, [](void*) { FAIL(); }, nullptr);
}

TEST(Install, gives_the_former_backend_back) {
  FakeBackend outer;
  {
    FakeBackend inner;
    EXPECT_EQ(complete_user(sender, 0), ERROR_SUCCESS);
    EXPECT_EQ(inner.user_answers.size(), 1U);
  }
  EXPECT_EQ(complete_user(sender, 0), ERROR_SUCCESS);
  EXPECT_EQ(outer.user_answers.size(), 1U);
}

}  // namespace
}  // namespace winrmd::wsmsvc
