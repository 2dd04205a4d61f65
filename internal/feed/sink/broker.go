package sink

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/problem"
)

// broker is where messages are put, and how its servers are spoken to.
type broker struct {
	scheme string
	// servers are hosts with their ports.
	servers []string
	// name is what messages are put into: a topic, or the beginning of subjects.
	name    string
	options url.Values
	// tls is nil where none is asked for.
	tls    *tls.Config
	header http.Header
}

// withTLS ends the schemes of brokers that are spoken to with TLS.
const withTLS = "+tls"

// brokerKind is what one kind of brokers has of its own: the port and the name are for addresses without.
type brokerKind struct{ kind, port, name, example string }

// newBroker checks how a broker is to be reached. The error is a problem of code input_invalid, without secrets.
func newBroker(r Reach, of brokerKind) (broker, error) {
	b, ok := parseBroker(r.URL, of)
	if !ok {
		return b, refused("url", "the address of the receiver is none, or has a user in it").
			Next("It looks like %s. The user and the password are given on their own", of.example)
	}
	if len(b.name) > mostNamed || !brokerName.MatchString(b.name) {
		return b, refused("url", "what stands behind the host cannot be a name").
			Next("It can have letters, digits, dashes, underscores and single dots, such as %s", of.example)
	}
	if r.Proxy != "" {
		return b, refused("proxy", "a receiver of the kind %s is not reached through a proxy", of.kind)
	}
	var err error
	if b.header, err = r.header(); err != nil {
		return b, err
	}
	certificate, authorities, err := r.trust()
	if err != nil {
		return b, err
	}
	switch {
	case strings.HasSuffix(b.scheme, withTLS):
		b.tls = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: authorities}
		if certificate != nil {
			b.tls.Certificates = []tls.Certificate{*certificate}
		}
	case certificate != nil || authorities != nil:
		return b, refused("url", "certificates are for connections with TLS").
			Next("Write the address as %s%s://…", b.scheme, withTLS)
	}
	return b, nil
}

// parseBroker takes an address apart: SCHEME://HOST[:PORT][,HOST[:PORT]…][/NAME][?OPTIONS].
func parseBroker(address string, of brokerKind) (b broker, ok bool) {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return b, false
	}
	b.scheme = strings.ToLower(scheme)
	rest, query, _ := strings.Cut(rest, "?")
	hosts, name, _ := strings.Cut(rest, "/")
	if b.name = name; name == "" {
		b.name = of.name
	}
	var err error
	if b.options, err = url.ParseQuery(query); err != nil {
		return b, false
	}
	for server := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse("//" + server)
		if err != nil || u.Hostname() == "" || u.Host != server {
			return b, false
		}
		at := of.port
		if u.Port() != "" {
			at = u.Port()
		}
		b.servers = append(b.servers, net.JoinHostPort(u.Hostname(), at))
	}
	return b, true
}

// target is where a broker is, for people, without what may be secret.
func (of brokerKind) target(r Reach) string {
	b, ok := parseBroker(r.URL, of)
	if !ok {
		return of.kind
	}
	return b.scheme + "://" + strings.Join(b.servers, ",") + "/" + b.name
}

// headerOf is what goes with a message: what the receiver asks for, and what Standard Webhooks has. Names are in lower
// case, as brokers tell cases apart.
func (b broker) headerOf(m Message, secrets []string, opts Options) map[string]string {
	signed := http.Header{}
	signature.Set(signed, m.ID, opts.Now(), m.Body, secrets...)
	header := map[string]string{"content-type": "application/json", "waybill-type": m.Type}
	for _, from := range []http.Header{b.header, signed} {
		for name := range from {
			header[strings.ToLower(name)] = from.Get(name)
		}
	}
	return header
}

// brokerName is what topics and the beginnings of subjects may be called; mostNamed bounds it, as Kafka does.
var brokerName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

const mostNamed = 249

// whyNot is why nothing came of an attempt because of the receiver. It holds no address.
func whyNot(err error, opts Options) string {
	switch {
	case egress.Refused(err):
		return "its address lies in a private network, which is not asked (subscriptions.private_networks)"
	case egress.TimedOut(err):
		return "no answer within " + opts.limit().String()
	}
	return "it does not answer: " + connectionName.ReplaceAllString(problem.Reason(err), "")
}

// connectionName is how errors name a connection, with its addresses.
var connectionName = regexp.MustCompile(`\b(read|write|dial) (tcp|udp)[46]? \S+: `)
