// What plug-ins are told about a client's certificate.
#include "host/calls/certificate.hpp"

#include <gtest/gtest.h>

#include "host/authz/sender.hpp"
#include "host/calls/request_object.hpp"

namespace winrmd::host {
namespace {

const ipc::CertificateDetails carol{.subject = "CN=Carol, O=Example",
                                    .issuer_name = "CN=Ca",
                                    .issuer_thumbprint = std::string(40, 'a'),
                                    .subject_name = "carol@corp.example"};

void expect_carol(const WSMAN_CERTIFICATE_DETAILS* details) {
  ASSERT_NE(details, nullptr);
  EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(details->subject)), u"CN=Carol, O=Example");
  EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(details->issuerName)), u"CN=Ca");
  EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(details->issuerThumbprint)), std::u16string(40, u'a'));
  EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(details->subjectName)), u"carol@corp.example");
}

TEST(CertificateDetails, ReachAnOperationsPlugIn) {
  SlotSpace space;
  ipc::RequestDetails details;
  details.sender_name = "alice";
  details.certificate = carol;
  const auto request = RequestObject::make(space, details, nullptr, nullptr);
  ASSERT_NE(request, nullptr);
  expect_carol(request->get()->senderDetails->certificateDetails);
  const auto without = RequestObject::make(space, {}, nullptr, nullptr);
  EXPECT_EQ(without->get()->senderDetails->certificateDetails, nullptr);
}

TEST(CertificateDetails, ReachAnAuthorizationPlugIn) {
  SlotSpace space;
  ipc::TokenDescription identity;
  identity.login_name = "alice";
  identity.mechanism = "ClientCertificate";
  identity.certificate = carol;
  const auto sender = Sender::make(space, identity, "https://host/wsman", nullptr);
  ASSERT_NE(sender, nullptr);
  expect_carol(sender->get()->certificateDetails);
  identity.certificate.reset();
  EXPECT_EQ(Sender::make(space, identity, "", nullptr)->get()->certificateDetails, nullptr);
}

TEST(CertificateDetails, TextThatIsNoUtf8IsRefused) {
  SlotSpace space;
  ipc::RequestDetails details;
  details.certificate = carol;
  details.certificate->subject = "\xff";
  EXPECT_EQ(RequestObject::make(space, details, nullptr, nullptr), nullptr);
}

}  // namespace
}  // namespace winrmd::host
