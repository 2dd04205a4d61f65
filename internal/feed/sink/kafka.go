package sink

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// kafkaSink puts messages into a topic of Kafka. What was acknowledged is on all replicas that are in step. The topic
// is its owner's to make.
type kafkaSink struct {
	at      broker
	options []kgo.Opt
	secrets []string
	opts    Options

	mu sync.Mutex
	// client is nil until something is sent, and after an attempt of which nothing came.
	client *kafkaClient
	// refused is why the last connection could not be made.
	refused atomic.Pointer[error]
}

// kafkaClient is connections to the servers. Well says that something was taken.
type kafkaClient struct {
	*kgo.Client
	well atomic.Bool
}

var kafkaKind = brokerKind{kind: Kafka, port: "9092", example: "kafka+tls://kafka.example.com:9093/orders"}

func newKafka(r Reach, opts Options) (Sink, error) {
	at, err := newBroker(r, kafkaKind)
	if err != nil {
		return nil, err
	}
	login, err := kafkaLogin(r.Login, at.options.Get("sasl"))
	if err != nil {
		return nil, err
	}
	s := &kafkaSink{at: at, secrets: r.Secrets, opts: opts}
	patience := max(opts.limit(), time.Second) // the library takes no less
	s.options = append([]kgo.Opt{kgo.SeedBrokers(at.servers...), kgo.DefaultProduceTopic(at.name), kgo.Dialer(s.dial),
		kgo.ProducerLinger(0), kgo.RecordDeliveryTimeout(patience), kgo.ProduceRequestTimeout(patience),
		kgo.AllowIdempotentProduceCancellation(), kgo.DisableClientMetrics(), kgo.ClientID("waybill")}, login...)
	if err := kgo.ValidateOpts(s.options...); err != nil {
		return nil, refused("url", "the address of the receiver is none").Next("It looks like %s", kafkaKind.example)
	}
	return s, nil
}

// kafkaLogin is the way to log in that an address names: plain, scram-sha-256 or scram-sha-512.
func kafkaLogin(l Login, mechanism string) ([]kgo.Opt, error) {
	if err := l.check(Kafka, "user", "password"); err != nil {
		return nil, err
	}
	var how sasl.Mechanism
	scrams := scram.Auth{User: l.User, Pass: l.Password}
	switch strings.ToLower(mechanism) {
	case "plain":
		how = plain.Auth{User: l.User, Pass: l.Password}.AsMechanism()
	case "scram-sha-256":
		how = scrams.AsSha256Mechanism()
	case "scram-sha-512", "":
		how = scrams.AsSha512Mechanism()
	default:
		return nil, refused("url", "the address names an unknown way to log in").
			Next("Write sasl=plain, sasl=scram-sha-256 or sasl=scram-sha-512")
	}
	if l.User == "" {
		return nil, nil
	}
	return []kgo.Opt{kgo.SASL(how)}, nil
}

// dial opens connections under the guard, also those to servers that the broker itself names.
func (s *kafkaSink) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.opts.Guard.Dialer().DialContext(ctx, network, address)
	if err == nil && s.at.tls != nil {
		config := s.at.tls.Clone()
		if config.ServerName, _, err = net.SplitHostPort(address); err == nil {
			secure := tls.Client(conn, config)
			if err = secure.HandshakeContext(ctx); err == nil {
				return secure, nil
			}
		}
		_ = conn.Close()
	}
	if err != nil {
		s.refused.Store(&err)
		return nil, err
	}
	return conn, nil
}

// connected gives the client.
func (s *kafkaSink) connected() (*kafkaClient, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil {
		client, err := kgo.NewClient(s.options...)
		if err != nil {
			return nil, err
		}
		s.client = &kafkaClient{Client: client}
	}
	return s.client, nil
}

// leave gives a client up, with what waits in it: what could not be sent in time is not sent later, behind the back of
// who decides about it.
func (s *kafkaSink) leave(client *kafkaClient) {
	s.mu.Lock()
	if s.client == client {
		s.client = nil
	}
	s.mu.Unlock()
	client.Close()
}

// Close gives up connections.
func (s *kafkaSink) Close() {
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	if client != nil {
		s.leave(client)
	}
}

// Send puts a message into the topic, with its record as the key, so that the events of a record are in one partition.
func (s *kafkaSink) Send(ctx context.Context, m Message) Answer {
	ctx, cancel := context.WithTimeout(ctx, s.opts.limit())
	defer cancel()
	client, err := s.connected()
	if err = errors.Join(err, ctx.Err()); err != nil {
		return Answer{Down: true, Why: whyNot(err, s.opts)}
	}
	if !client.well.Load() {
		// The library tries what it cannot send until the time is up: whoever is away is found out at once here.
		if err := client.Ping(ctx); err != nil {
			return Answer{Down: true, Why: s.whyNot(err)}
		}
	}
	record := &kgo.Record{Key: []byte(m.Record), Value: m.Body}
	for name, value := range s.at.headerOf(m, s.secrets, s.opts) {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
	}
	put := make(chan error, 1)
	client.Produce(ctx, record, func(_ *kgo.Record, err error) { put <- err })
	select {
	case err = <-put:
	case <-ctx.Done():
		err = ctx.Err()
	}
	answer := s.answer(err)
	if client.well.Store(answer.Taken()); answer.Down {
		s.leave(client)
	}
	return answer
}

// answer is what became of a message that was put.
func (s *kafkaSink) answer(err error) Answer {
	refusal := (*kerr.Error)(nil)
	switch {
	case err == nil:
		return Answer{}
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return Answer{Why: "it takes no message as large as this one"}
	case errors.Is(err, kerr.InvalidRecord):
		return Answer{Why: "its topic does not take this message"}
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return Answer{Down: true, Why: "it has no topic " + s.at.name}
	case errors.As(err, &refusal):
		return Answer{Down: true, Why: "it refuses: " + refusal.Message}
	}
	return Answer{Down: true, Why: s.whyNot(err)}
}

// whyNot is why nothing came of an attempt.
func (s *kafkaSink) whyNot(err error) string {
	if refused := s.refused.Swap(nil); refused != nil {
		err = *refused
	}
	refusal := (*kerr.Error)(nil)
	if errors.As(err, &refusal) {
		return "it refuses: " + refusal.Message
	}
	if errors.Is(err, kgo.ErrRecordTimeout) {
		err = context.DeadlineExceeded
	}
	return whyNot(err, s.opts)
}
