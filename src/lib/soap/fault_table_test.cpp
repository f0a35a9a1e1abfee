// The mapping from codes to SOAP faults, written down a second time: code, SOAP code, subcode, FaultDetail, and the
// family of the action (W wsman, A addressing, N enumeration, E eventing, T transfer).
#include "lib/soap/fault_table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "lib/text/ascii.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {
namespace {

constexpr std::string_view expected = R"(
0x00000005 Sender w:AccessDenied - W
0x00000057 Sender w:InvalidParameter InvalidValue W
0x0000054F Receiver w:InternalError - W
0x80070057 Sender w:InvalidParameter InvalidValue W
0x80338000 Sender a:DestinationUnreachable InvalidResourceURI A
0x80338001 Sender a:ActionNotSupported - A
0x80338006 Sender w:Concurrency - W
0x8033800D VersionMismatch - - A
0x8033800F Sender a:InvalidMessageInformationHeader - A
0x80338010 MustUnderstand - - A
0x80338011 Sender a:MessageInformationHeaderRequired - A
0x80338012 Sender a:DestinationUnreachable - A
0x80338013 Sender a:ActionNotSupported - A
0x80338014 Receiver a:EndpointUnavailable - A
0x80338015 Sender x:InvalidRepresentation - T
0x80338016 Sender n:InvalidExpirationTime - N
0x80338017 Sender w:UnsupportedFeature ExpirationTime W
0x80338018 Sender n:FilteringNotSupported - N
0x80338019 Sender n:FilterDialectRequestedUnavailable - N
0x8033801A Sender n:CannotProcessFilter - N
0x8033801B Receiver n:InvalidEnumerationContext - N
0x8033801C Receiver n:TimedOut - N
0x8033801D Receiver n:UnableToRenew - N
0x8033801E Sender e:DeliveryModeRequestedUnavailable - E
0x8033801F Sender e:InvalidExpirationTime - N
0x80338020 Sender e:UnsupportedExpirationType - E
0x80338021 Sender e:FilteringNotSupported - E
0x80338022 Sender e:FilteringRequestedUnavailable - E
0x80338023 Receiver e:EventSourceUnableToProcess - E
0x80338024 Receiver e:UnableToRenew - E
0x80338025 Sender e:InvalidMessage - E
0x80338029 Receiver w:TimedOut - W
0x8033802D Sender w:EncodingLimit URILimitExceeded W
0x80338030 Sender w:NoAck - W
0x80338031 Sender a:ActionNotSupported ActionMismatch A
0x80338032 Sender w:Concurrency - W
0x80338033 Sender w:AlreadyExists - W
0x80338034 Receiver w:DeliveryRefused - W
0x80338035 Sender w:EncodingLimit - W
0x80338038 Sender w:InvalidBookmark - W
0x80338039 Sender w:InvalidOptions - W
0x8033803A Sender w:InvalidParameter - W
0x8033803B Sender a:DestinationUnreachable InvalidResourceURI A
0x8033803D Sender w:InvalidSelectors - W
0x8033803F Sender w:QuotaLimit - W
0x80338041 Sender w:SchemaValidationError - W
0x80338042 Sender w:UnsupportedFeature - W
0x80338043 Sender w:InternalError Invalid W
0x80338047 Sender w:EncodingLimit MaxEnvelopeSize W
0x80338048 Sender w:EncodingLimit MaxEnvelopeSizeExceeded W
0x80338049 Sender w:EncodingLimit ServiceEnvelopeLimit W
0x8033804A Sender w:EncodingLimit SelectorLimit W
0x8033804B Sender w:EncodingLimit OptionLimit W
0x8033804C Sender w:EncodingLimit CharacterSet W
0x8033804D Sender w:EncodingLimit UnreportableSuccess W
0x8033804E Sender w:EncodingLimit Whitespace W
0x8033804F Sender e:FilteringRequestedUnavailable FilteringRequired E
0x80338050 Sender w:InvalidBookmark Expired W
0x80338051 Sender w:InvalidOptions NotSupported W
0x80338052 Sender w:InvalidOptions InvalidName W
0x80338053 Sender w:InvalidOptions InvalidValue W
0x80338054 Sender w:InvalidParameter TypeMismatch W
0x80338055 Sender w:InvalidParameter InvalidName W
0x80338056 Sender x:InvalidRepresentation InvalidValues T
0x80338057 Sender x:InvalidRepresentation MissingValues T
0x80338058 Sender x:InvalidRepresentation InvalidNamespace T
0x80338059 Sender x:InvalidRepresentation InvalidFragment T
0x8033805A Sender w:InvalidSelectors InsufficientSelectors W
0x8033805B Sender w:InvalidSelectors UnexpectedSelectors W
0x8033805C Sender w:InvalidSelectors TypeMismatch W
0x8033805D Sender w:InvalidSelectors InvalidValue W
0x8033805E Sender w:InvalidSelectors AmbiguousSelectors W
0x8033805F Sender w:InvalidSelectors DuplicateSelectors W
0x80338064 Sender w:UnsupportedFeature AuthorizationMode W
0x80338065 Sender w:UnsupportedFeature Ack W
0x80338066 Sender w:UnsupportedFeature OperationTimeout W
0x80338067 Sender w:UnsupportedFeature Locale W
0x80338068 Sender w:UnsupportedFeature ExpirationTime W
0x80338069 Sender w:UnsupportedFeature DeliveryRetries W
0x8033806A Sender w:UnsupportedFeature Heartbeats W
0x8033806B Sender w:UnsupportedFeature Bookmarks W
0x8033806D Sender w:UnsupportedFeature MaxTime W
0x8033806E Sender w:UnsupportedFeature MaxEnvelopeSize W
0x8033806F Sender w:UnsupportedFeature MaxEnvelopePolicy W
0x80338070 Sender w:UnsupportedFeature FilteringRequired W
0x80338071 Sender w:UnsupportedFeature InsecureAddress W
0x80338072 Sender w:UnsupportedFeature FormatMismatch W
0x80338073 Sender w:UnsupportedFeature FormatSecurityToken W
0x80338076 Sender w:UnsupportedFeature AddressingMode W
0x80338077 Sender w:UnsupportedFeature FragmentLevelAccess W
0x8033807E Sender w:EncodingLimit MinimumEnvelopeLimit W
0x80338081 Sender a:InvalidMessageInformationHeader InvalidTimeout W
0x80338086 Sender w:UnsupportedFeature EnumerationMode W
0x80338087 Sender w:UnsupportedFeature Locale W
0x80338090 Receiver w:FragmentDialectNotSupported - W
0x80338091 Sender w:CannotProcessFilter - W
0x80338093 Sender w:CannotProcessFilter - W
0x80338094 Sender w:UnsupportedFeature FormatMismatch A
0x80338095 Sender e:EventSourceUnableToProcess UnusableAddress E
0x80338096 Sender w:UnsupportedFeature AddressingMode A
0x8033809B Receiver e:SourceShuttingDown - E
0x8033809C Receiver e:DeliveryFailure - E
0x8033809E Receiver e:SourceCancelling - E
0x803380A0 Sender e:InvalidMessage - E
0x803380A1 Sender e:InvalidMessage - E
0x803380A2 Sender e:InvalidMessage - E
0x803380A3 Sender w:InvalidParameter Locale W
0x803380A4 Sender e:InvalidMessage - E
0x803380A6 Sender w:InvalidOptions NotSupported W
0x803380A8 Sender e:InvalidMessage - E
0x803380FA Sender w:InvalidSelectors InsufficientSelectors W
0x80338114 Sender w:SchemaValidationError - W
0x80338119 Sender w:EncodingLimit EncodingType W
0x8033811A Receiver a:EndpointUnavailable InvalidValues A
0x8033811C Sender n:UnsupportedExpirationType - N
0x8033811D Sender w:UnsupportedFeature MaxElements W
0x80338122 Sender w:CannotProcessFilter - W
0x80338137 Receiver b:PolymorphismModeNotSupported - W
0x80338138 Sender w:UnsupportedFeature InvalidResourceURI W
0x8033815D Receiver w:EventDeliverToUnusable PolicyTooComplex W
0x8033815E Receiver w:EventDeliverToUnusable CannotComplyWithPolicy W
0x803381A5 Sender w:QuotaLimit - W
)";

const std::map<std::string_view, std::string_view> actions = {
    {"W", "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"},
    {"A", "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"},
    {"N", "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"},
    {"E", "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault"},
    {"T", "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault"},
};

std::string_view or_empty(std::string_view word) { return word == "-" ? "" : word; }

TEST(FaultTable, HasEveryRow) {
  const auto words = text::split_words(expected);
  ASSERT_EQ(words.size(), 5U * 122U);
  for (std::size_t i = 0; i < words.size(); i += 5) {
    const auto code = static_cast<std::uint32_t>(std::strtoul(std::string(words[i]).c_str(), nullptr, 16));
    const auto& row = fault_row(code);
    EXPECT_EQ(row.code, code) << words[i];
    EXPECT_EQ(row.soap_code, "s:" + std::string(words[i + 1])) << words[i];
    EXPECT_EQ(row.subcode, or_empty(words[i + 2])) << words[i];
    EXPECT_EQ(row.detail, or_empty(words[i + 3])) << words[i];
    EXPECT_EQ(row.action, actions.at(words[i + 4])) << words[i];
  }
}

TEST(FaultTable, HasWhatClientsKeyOnBeyondTheRows) {
  struct Case {
    std::uint32_t code;
    std::string_view soap_code;
    std::string_view subcode;
  };
  const Case cases[] = {
      {0x80070005, "s:Sender", "w:AccessDenied"},    {995, "s:Receiver", "w:InternalError"},
      {170, "s:Receiver", "w:InternalError"},        {2147942402, "s:Receiver", "w:InternalError"},
      {2150859174, "s:Receiver", "w:InternalError"}, {2150859179, "s:Receiver", "w:InternalError"},
      {2150859180, "s:Receiver", "w:InternalError"}, {2150859204, "s:Receiver", "w:InternalError"},
      {2150859205, "s:Receiver", "w:InternalError"}, {2150859230, "s:Receiver", "w:InternalError"},
      {2150859241, "s:Receiver", "w:InternalError"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(fault_row(c.code).code, c.code);
    EXPECT_EQ(fault_row(c.code).soap_code, c.soap_code) << c.code;
    EXPECT_EQ(fault_row(c.code).subcode, c.subcode) << c.code;
    EXPECT_EQ(fault_row(c.code).detail, "") << c.code;
    EXPECT_EQ(fault_row(c.code).action, actions.at("W")) << c.code;
  }
}

TEST(FaultTable, TakesOtherCodesForInternalErrors) {
  for (const std::uint32_t code : {0U, 1U, 6U, 0x80338002U, 0x80540FA0U, 0xFFFFFFFFU}) {
    EXPECT_EQ(fault_row(code).soap_code, "s:Receiver") << code;
    EXPECT_EQ(fault_row(code).subcode, "w:InternalError") << code;
    EXPECT_EQ(fault_row(code).detail, "") << code;
    EXPECT_EQ(fault_row(code).action, actions.at("W")) << code;
    EXPECT_EQ(code_text(code), "The service cannot complete the request; the code of the fault says why.") << code;
    const auto envelope = serialize_fault(make_fault(code), "", "", "");
    EXPECT_NE(envelope.find("Code=\"" + std::to_string(code) + "\""), std::string::npos);
  }
}

TEST(FaultTable, GivesEveryCodeTextAndAWellFormedEnvelope) {
  for (const auto& entry : fault_table()) {
    EXPECT_FALSE(entry.text.empty()) << entry.row.code;
    const auto envelope = serialize_fault(make_fault(entry.row.code), "uuid:1", "host", "2");
    const auto document = xml::Document::parse(envelope);
    EXPECT_TRUE(document) << entry.row.code << ": " << document.error().message;
    EXPECT_NE(envelope.find("<a:Action>" + std::string(entry.row.action) + "</a:Action>"), std::string::npos);
  }
}

TEST(FaultTable, HasTheTextsThatClientsCompare) {
  EXPECT_EQ(code_text(2150858793),
            "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ");
  EXPECT_EQ(code_text(2150858843),
            "The WS-Management service cannot process the request because the request contained invalid selectors for "
            "the resource. ");
  EXPECT_EQ(code_text(87), "The parameter is incorrect. ");
  EXPECT_EQ(code_text(5), "Access is denied. ");
}

}  // namespace
}  // namespace winrmd::soap
