package sink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/problem"
)

// Message is one event for a receiver.
type Message struct {
	// ID is the same whenever the event is sent.
	ID string
	// Type is what happened to what, such as orders.created.
	Type string
	// Record names the record that the message is about, with its store. All messages about one record have the same.
	// Store is the name of the store; empty for a test.
	Record, Store string
	// Body is JSON.
	Body []byte
}

// Answer is what became of a message.
type Answer struct {
	// Why is the reason for which the message was not taken, for people and without secrets; empty when it was.
	Why string
	// Status is the status of HTTP that came back; 0 where there is none.
	Status int
	// Down says that the attempt failed because of the receiver, whatever the message: the receiver does not answer, or
	// wants a rest.
	Down bool
	// Gone says that the receiver wants nothing any more.
	Gone bool
	// After is how long the receiver wants to be left alone; 0 where it does not say.
	After time.Duration
	// Receipts are what a receiver that has taken the message says it has.
	Receipts []Receipt
}

// Taken says whether the receiver has taken the message.
func (a Answer) Taken() bool { return a.Why == "" }

// Sink hands messages to a receiver. It is safe for concurrent use.
type Sink interface {
	Send(ctx context.Context, m Message) Answer
	// Close gives up what the sink holds. Nothing is sent afterwards.
	Close()
}

// Reach is how a receiver is reached, and what is shown to it. All of it may be secret.
type Reach struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	// Certificate and Key are a client certificate, Authorities what is trusted in place of the system's: PEM.
	Certificate string `json:"certificate,omitempty"`
	Key         string `json:"key,omitempty"`
	Authorities string `json:"authorities,omitempty"`
	// Proxy is an address of an HTTP proxy.
	Proxy string `json:"proxy,omitempty"`
	Login
	// Secrets are what messages are signed with; the newest is the first.
	Secrets []string `json:"-"`
}

// Options are what all sinks of a process share.
type Options struct {
	// Guard decides which addresses may be connected to.
	Guard *egress.Guard
	// Time is how long an attempt may take; 0 is [egress.DefaultLimits].
	Time time.Duration
	// Files is the directory below which sinks may write files; empty for none.
	Files string
	// Stdout is what the process prints to; nil for nothing.
	Stdout io.Writer
	// UserAgent names this program.
	UserAgent string
	// Now is the clock.
	Now func() time.Time
}

// The kinds of sinks.
const (
	HTTP   = "http"
	NATS   = "nats"
	Kafka  = "kafka"
	File   = "file"
	Stdout = "stdout"
)

// Kinds lists the kinds of sinks in the order of the documentation.
func Kinds() []string { return []string{HTTP, NATS, Kafka, File, Stdout} }

// Local says whether a kind writes to the machine that sends, which only its own people may want.
func Local(kind string) bool { return kind == File || kind == Stdout }

// KindOf is the kind of sink that an address names by its scheme; empty for none.
func KindOf(address string) string {
	switch scheme, _, _ := strings.Cut(address, ":"); strings.ToLower(scheme) {
	case "http", "https":
		return HTTP
	case "nats", "nats" + withTLS:
		return NATS
	case "kafka", "kafka" + withTLS:
		return Kafka
	case "file":
		return File
	case "stdout":
		return Stdout
	}
	return ""
}

// Open makes a sink. The error is a problem of code input_invalid, without secrets.
func Open(kind string, r Reach, opts Options) (Sink, error) {
	switch kind {
	case HTTP:
		return newHTTP(r, opts)
	case NATS:
		return newNATS(r, opts)
	case Kafka:
		return newKafka(r, opts)
	case File:
		return newFile(r, opts)
	case Stdout:
		return newStdout(opts)
	}
	return nil, refused("url", "there is no receiver of the kind %q", kind).
		Next("There are: %s", strings.Join(Kinds(), ", "))
}

// limit is how long an attempt may take.
func (o Options) limit() time.Duration {
	if o.Time > 0 {
		return o.Time
	}
	return egress.DefaultLimits().Time
}

// Target is where a receiver is, without what may be secret: its scheme and host, the file, the servers with the topic
// or the beginning of subjects.
func Target(kind string, r Reach) string {
	switch kind {
	case NATS:
		return natsKind.target(r)
	case Kafka:
		return kafkaKind.target(r)
	}
	u, err := url.Parse(r.URL)
	switch {
	case err != nil || kind == Stdout:
		return kind
	case kind == File:
		return "file:" + fileOf(u)
	}
	return u.Scheme + "://" + u.Host
}

// SameHost says whether two receivers are at the same host, or the same servers, and spoken to alike.
func SameHost(a, b Reach) bool {
	return KindOf(a.URL) == KindOf(b.URL) && hostOf(a) == hostOf(b)
}

func hostOf(r Reach) string {
	scheme, rest, _ := strings.Cut(r.URL, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return strings.ToLower(scheme + "://" + host)
}

func refused(member, format string, args ...any) *problem.Problem {
	return problem.New(problem.InputInvalid, format, args...).Detail(member, "is not valid")
}

// destination is where requests go.
func (r Reach) destination() (egress.Destination, error) {
	to := egress.Destination{URL: r.URL}
	var err error
	if to.Header, err = r.header(); err != nil {
		return to, err
	}
	u, err := egress.CheckAddress(r.URL)
	if err != nil {
		return to, refused("url", "the address of the receiver is %v", err)
	}
	if u.User != nil {
		return to, refused("url", "the address of the receiver has a user in it").
			Next("Give it as a header: Authorization")
	}
	if to.Certificate, to.Authorities, err = r.trust(); err != nil {
		return to, err
	}
	if r.Proxy != "" {
		if to.Proxy, err = egress.CheckAddress(r.Proxy); err != nil {
			return to, refused("proxy", "the address of the proxy is %v", err)
		}
	}
	return to, nil
}

// header is what the receiver is shown with every message.
func (r Reach) header() (http.Header, error) {
	header := http.Header{}
	for name, value := range r.Headers {
		if err := checkHeader(name, value); err != nil {
			return nil, err
		}
		header.Set(name, value)
	}
	return header, nil
}

// trust is the client certificate and who is trusted; nil where nothing is named.
func (r Reach) trust() (certificate *tls.Certificate, authorities *x509.CertPool, err error) {
	if r.Certificate != "" || r.Key != "" {
		pair, err := tls.X509KeyPair([]byte(r.Certificate), []byte(r.Key))
		if err != nil {
			return nil, nil, refused("certificate",
				"the client certificate and its key do not go together, or are no PEM")
		}
		certificate = &pair
	}
	if r.Authorities != "" {
		authorities = x509.NewCertPool()
		if !authorities.AppendCertsFromPEM([]byte(r.Authorities)) {
			return nil, nil, refused("authorities", "there is no certificate in the authorities, or it is no PEM")
		}
	}
	return certificate, authorities, nil
}

// own are headers that are ours to set, or the connection's.
var own = map[string]bool{"Host": true, "Content-Length": true, "Content-Type": true, "Transfer-Encoding": true,
	"Connection": true, "Upgrade": true, "Te": true, "Trailer": true, "Keep-Alive": true, "Proxy-Connection": true}

// checkHeader refuses what cannot be sent, and what is not the receiver's to name. It repeats no value.
func checkHeader(name, value string) error {
	canonical := http.CanonicalHeaderKey(name)
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	}):
		return refused("headers", "%q is no name of a header", name)
	case own[canonical] || strings.HasPrefix(canonical, "Webhook-"):
		return refused("headers", "the header %s cannot be set: it is set by what is sent", canonical)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
		return refused("headers", "the value of the header %s has a line break or a control character in it", canonical)
	}
	return nil
}
