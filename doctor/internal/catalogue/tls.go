package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func tlsChecks() []Check {
	check := prove("curl -sS -o /dev/null -w '%{http_code}\\n' '{home}/wp-json/'",
		"000 (and curl says what is wrong with the certificate)", "anything but 000")
	return []Check{
		{
			ID: "tls-version", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "The server speaks only old versions of TLS, or only old ciphers",
			See:   "The handshake fails with protocol_version or handshake_failure when TLS 1.2 and 1.3 are offered.",
			Tell:  "Offer one version at a time: curl --tls-max 1.1 works, curl --tlsv1.2 does not.",
			Cause: "The server is stuck on TLS 1.0 or 1.1, or on ciphers without forward secrecy, which today's " +
				"clients no longer speak.",
			Fixes: []Fix{
				nginx("ssl_protocols TLSv1.2 TLSv1.3;\n" +
					"ssl_ciphers HIGH:!aNULL:!MD5:!kRSA;   # or no line ssl_ciphers at all"),
				apache("SSLProtocol -all +TLSv1.2 +TLSv1.3\nSSLCipherSuite HIGH:!aNULL:!MD5:!kRSA"),
				host("“{host} accepts no TLS 1.2 with today's ciphers (ECDHE). Please enable TLS 1.2 and 1.3 for it.”"),
				prove("curl -sS --tlsv1.2 -o /dev/null -w '%{http_code}\\n' '{home}/'",
					"000 (and curl names the protocol or the handshake)", "anything but 000"),
			},
			find: findTLSVersion,
		},
		{
			ID: "tls-self-signed", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "The certificate is not from a public certificate authority",
			See: "“self-signed certificate” or “unknown authority”; issuer and subject are the same, or the chain " +
				"ends in a private root.",
			Tell: "With a missing intermediate (tls-incomplete-chain) the issuer is a public authority and " +
				"browsers do not complain.",
			Cause: "A development certificate, the default certificate of a hosting panel, or one that was made for " +
				"something else than a web server.",
			Fixes: []Fix{
				menu("In the hosting panel, under SSL/TLS: issue a free certificate (Let's Encrypt) for {name} and " +
					"activate it."),
				host("“{host} shows a self-signed certificate. Please install a certificate of a public authority " +
					"for {name}.”"),
				client("A private authority of your own (a company's, mkcert's) can be trusted on this machine: set " +
					"the variable SSL_CERT_FILE to the path of its certificate."),
				check,
			},
			find: fromCert(evidence.CertSelfSigned, evidence.CertUnknownCA, evidence.CertOther),
		},
		{
			ID: "tls-incomplete-chain", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "The certificate's issuer is not known here: the server does not send its intermediate, or the " +
				"authority is a private one",
			See: "Programs say “unable to verify the first certificate” or “unable to get local issuer " +
				"certificate”; browsers show the shop where they know the issuer.",
			Tell: "The chain has one certificate and its issuer is not itself. When fetching the issuer makes it " +
				"verify, the intermediate is missing. When the issuer is mkcert's, a company's or a development " +
				"authority, no server can mend it: this machine must trust it.",
			Cause: "Only the certificate was installed, not the chain; or a private authority (mkcert, a company's " +
				"own) signed it, which this machine does not trust.",
			Fixes: []Fix{
				nginx("ssl_certificate /etc/letsencrypt/live/{name}/fullchain.pem;   # not cert.pem"),
				apache("SSLCertificateFile /etc/letsencrypt/live/{name}/fullchain.pem"),
				host("“{host} sends its certificate without the intermediate of {issuer}. Please install the full " +
					"chain.”"),
				client("When {issuer} is a private authority, let this machine trust it: SSL_CERT_FILE names the " +
					"file with its root certificate. With mkcert: export SSL_CERT_FILE=\"$(mkcert " +
					"-CAROOT)/rootCA.pem\""),
				check,
			},
			Under: []string{"tls-self-signed"},
			find:  fromCert(evidence.CertIncomplete),
		},
		{
			ID: "tls-expired", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "The certificate has expired",
			See:   "“certificate has expired” (or is not valid yet).",
			Tell: "The certificate says its dates. When this machine's clock is wrong (clock-skew), every shop " +
				"looks expired.",
			Cause: "The renewal failed, often because a scheduled task no longer runs or the challenge is redirected.",
			Fixes: []Fix{
				wpcli("certbot renew --force-renewal && systemctl reload nginx   # or apache2; then see that the " +
					"timer runs: systemctl list-timers"),
				host("“The certificate of {host} ended on {until}. Please renew it, and see to its automatic " +
					"renewal.”"),
				check,
			},
			find: fromCert(evidence.CertExpired, evidence.CertNotYet),
		},
		{
			ID: "tls-name-mismatch", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "The certificate is for another name",
			See:   "“certificate is not valid for {host}”: the name is not among the certificate's names.",
			Tell:  "Try with and without www: the certificate often has one of them.",
			Cause: "The certificate was issued for another name, or the server has no entry for this name and shows " +
				"its default one.",
			Fixes: []Fix{
				client("If the shop's own address is one of {names}, use that one."),
				menu("In the hosting panel, under SSL/TLS: issue a certificate that has {name} among its names."),
				host("“https://{host} shows a certificate for {names}. Please install one for {name}.”"),
				check,
			},
			Under: []string{"tls-self-signed"},
			find:  fromCert(evidence.CertWrongName),
		},
		{
			ID: "tls-default-vhost", Area: AreaTLS, Severity: Problem, Stage: StageReach,
			Title: "Over HTTPS another site answers than over HTTP, or none",
			See:   "https:// works and shows something else than the shop; or the port speaks no TLS at all.",
			Tell:  "The REST index names another site over https than over http.",
			Cause: "The web server has no HTTPS entry for this name.",
			Fixes: []Fix{
				nginx("# with the shop's own directory and certificate:\nserver {\n  listen 443 ssl;\n" +
					"  server_name {name};\n  root /var/www/html;\n" +
					"  ssl_certificate /etc/letsencrypt/live/{name}/fullchain.pem;\n" +
					"  ssl_certificate_key /etc/letsencrypt/live/{name}/privkey.pem;\n}"),
				apache("# with the shop's own directory and certificate:\n<VirtualHost *:443>\n  ServerName {name}\n" +
					"  DocumentRoot /var/www/html\n  SSLEngine on\n" +
					"  SSLCertificateFile /etc/letsencrypt/live/{name}/fullchain.pem\n" +
					"  SSLCertificateKeyFile /etc/letsencrypt/live/{name}/privkey.pem\n</VirtualHost>"),
				host("“https://{host} does not show the shop that http://{host} shows. Please set up HTTPS for this " +
					"name.”"),
			},
			find: findDefaultVhost,
		},
	}
}

// fromCert finds a reason not to trust the certificate.
func fromCert(reasons ...evidence.CertWhy) func(*Case) *hit {
	return func(f *Case) *hit {
		for i := range f.Evidence.TLS {
			h := &f.Evidence.TLS[i]
			for _, reason := range h.Reasons {
				if h.OK && slices.Contains(reasons, reason) && len(h.Chain) > 0 {
					return certHit(f, h, reason)
				}
			}
		}
		return nil
	}
}

func certHit(f *Case, h *evidence.Handshake, reason evidence.CertWhy) *hit {
	leaf := h.Chain[0]
	found := &hit{
		confidence: verdict.Sure,
		shown: []string{
			fmt.Sprintf("subject %s, issuer %s, valid %s to %s, %d certificates sent", leaf.Subject, leaf.Issuer,
				day(leaf.NotBefore), day(leaf.NotAfter), len(h.Chain)),
			"names: " + evidence.FirstOf(strings.Join(leaf.Names, ", "), "none"),
		},
		vars: map[string]string{"issuer": leaf.Issuer, "until": day(leaf.NotAfter),
			"names": evidence.FirstOf(strings.Join(leaf.Names, ", "), "no name")},
	}
	switch reason {
	case evidence.CertExpired:
		found.why = "the certificate ended on " + day(leaf.NotAfter)
		for _, c := range h.Chain[1:] {
			if f.Evidence.StartedAt.After(c.NotAfter) {
				found.why = "the intermediate certificate " + c.Subject + " ended on " + day(c.NotAfter)
			}
		}
	case evidence.CertNotYet:
		found.why = "the certificate is valid only from " + day(leaf.NotBefore) + " on; or this machine's clock (" +
			day(f.Evidence.StartedAt) + ") is wrong"
		found.confidence = verdict.Likely
		found.title = "The certificate is not valid yet, or this machine's clock is behind"
		found.fixes = []Fix{
			client("See that this machine keeps its time: timedatectl status"),
			host("“The certificate of {host} is valid only from " + day(leaf.NotBefore) +
				" on. Please install one that is valid today.”"),
		}
	case evidence.CertSelfSigned:
		found.why = "the certificate is signed by itself (" + leaf.Subject + ")"
	case evidence.CertOther:
		found.confidence, found.why = verdict.Likely, "the chain is whole, and the certificate may not be used for "+
			"a web server: its own usage (TLS Web Server Authentication is not among it) or a limit of its issuer "+
			"forbids that"
	case evidence.CertUnknownCA:
		found.why = "the chain ends in a private root, " + h.Chain[len(h.Chain)-1].Subject +
			", which this machine trusts when SSL_CERT_FILE names it"
	case evidence.CertIncomplete:
		issuer := h.Chain[len(h.Chain)-1].Issuer
		found.why = "the server sends only its own certificate; that of the issuer, " + issuer + ", is missing"
		if !h.IssuerFetched {
			found.confidence = verdict.Possible
			found.why += ", and nobody here knows it: either the server should send it, or it is a private " +
				"authority (mkcert's, a company's), which this machine trusts when SSL_CERT_FILE names its root"
		}
	case evidence.CertWrongName:
		if len(leaf.Names) == 0 {
			found.why = "the certificate names no host among its alternative names (subjectAltName), and the common " +
				"name is no longer looked at"
			break
		}
		found.why = "the certificate is for " + found.vars["names"] + " and not for " + h.Host
	}
	return found
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

func findTLSVersion(f *Case) *hit {
	for _, h := range f.Evidence.TLS {
		switch {
		case h.OldOnly && h.Version == "TLS 1.2":
			return &hit{confidence: verdict.Sure,
				why:   "the server speaks TLS 1.2 only with ciphers that today's clients no longer offer: " + h.Suite,
				shown: []string{h.Address + ": today's ciphers refused, " + h.Suite + " accepted"}}
		case h.OldOnly:
			return &hit{confidence: verdict.Sure, why: "the server speaks " + h.Version + " and nothing newer",
				shown: []string{h.Address + ": TLS 1.2 and 1.3 refused, " + h.Version + " accepted"}}
		case h.Class == "version":
			return &hit{confidence: verdict.Sure, why: "the server refuses TLS 1.2 and 1.3",
				shown: []string{h.Address + ": " + h.Err}}
		case h.Class == "alert" && !strings.Contains(h.Err, "unrecognized name"):
			return &hit{confidence: verdict.Likely, why: "the server breaks off the handshake: " + h.Err,
				shown: []string{h.Address + ": " + h.Err}}
		}
	}
	return nil
}

func findDefaultVhost(f *Case) *hit {
	if h := hitOf(f.Route, "tls-default-vhost"); h != nil {
		return h
	}
	for _, h := range f.Evidence.TLS {
		switch {
		case h.Class == "plain_http" || h.Class == "not_tls":
			return &hit{confidence: verdict.Sure, why: "the port " + h.Address + " speaks plain HTTP and no TLS",
				shown: []string{h.Address + ": " + h.Err}}
		case strings.Contains(h.Err, "unrecognized name"):
			return &hit{confidence: verdict.Sure, why: "the server knows no HTTPS site of the name " + h.Host,
				shown: []string{h.Address + ": " + h.Err}}
		}
	}
	index, plain := f.Get(evidence.Index), evidence.ReadIndex(f.Get(evidence.HTTPIndex))
	if f.Scheme() == "https" && f.Front.ID == "" && plain != nil && plain.HasWooCommerce() &&
		evidence.ReadIndex(index) == nil && index != nil && index.Body.Kind != "json" {
		return &hit{confidence: verdict.Sure, why: "over plain HTTP the shop answers, over HTTPS something else does",
			shown: []string{evidence.Describe(f.Get(evidence.HTTPIndex)), "over HTTPS: " + evidence.Describe(index)}}
	}
	return nil
}
