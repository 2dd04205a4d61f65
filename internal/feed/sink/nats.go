package sink

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

// natsSink puts messages into a stream of NATS JetStream: what was acknowledged is kept by the server. The stream is
// its owner's to make.
type natsSink struct {
	at      broker
	login   []nats.Option
	secrets []string
	opts    Options
	// connecting is taken by who looks at the connection.
	connecting chan struct{}
	conn       *nats.Conn
	stream     jetstream.JetStream
	// said is what the server said last about nothing in particular, such as that it does not let us.
	said atomic.Pointer[error]
}

var natsKind = brokerKind{kind: NATS, port: "4222", name: "waybill", example: "nats+tls://nats.example.com/waybill"}

func newNATS(r Reach, opts Options) (Sink, error) {
	at, err := newBroker(r, natsKind)
	if err != nil {
		return nil, err
	}
	login, err := natsLogin(r.Login)
	if err != nil {
		return nil, err
	}
	return &natsSink{at: at, login: login, secrets: r.Secrets, opts: opts, connecting: make(chan struct{}, 1)}, nil
}

func natsLogin(l Login) ([]nats.Option, error) {
	if err := l.check(NATS, "user", "password", "token", "nkey", "credentials"); err != nil {
		return nil, err
	}
	switch {
	case l.User != "":
		return []nats.Option{nats.UserInfo(l.User, l.Password)}, nil
	case l.Token != "":
		return []nats.Option{nats.Token(l.Token)}, nil
	case l.Nkey != "":
		pair, err := nkeys.FromSeed([]byte(strings.TrimSpace(l.Nkey)))
		if err != nil {
			return nil, refused("nkey", "the nkey is no seed of a user").Next("It begins with SU")
		}
		public, err := pair.PublicKey()
		if err != nil {
			return nil, refused("nkey", "the nkey is no seed of a user").Next("It begins with SU")
		}
		return []nats.Option{nats.Nkey(public, pair.Sign)}, nil
	case l.Credentials != "":
		text := []byte(l.Credentials)
		if _, err := nkeys.ParseDecoratedUserNKey(text); err != nil {
			return nil, refused("credentials", "the credentials are no file of NATS").
				Next("Give the text of a file with the ending .creds")
		}
		return []nats.Option{nats.UserCredentialBytes(text)}, nil
	}
	return nil, nil
}

// Close ends the connection.
func (s *natsSink) Close() {
	s.connecting <- struct{}{}
	defer func() { <-s.connecting }()
	if s.conn != nil {
		s.conn.Close()
		s.conn, s.stream = nil, nil
	}
}

// Send puts a message into the stream and returns when the server has it. The server drops what it has already, by the
// id, for as long as its stream is told to.
func (s *natsSink) Send(ctx context.Context, m Message) Answer {
	ctx, cancel := context.WithTimeout(ctx, s.opts.limit())
	defer cancel()
	stream, err := s.connect(ctx)
	if err != nil {
		return Answer{Down: true, Why: whyNot(err, s.opts)}
	}
	out := nats.NewMsg(s.subject(m))
	out.Data = m.Body
	for name, value := range s.at.headerOf(m, s.secrets, s.opts) {
		out.Header[name] = []string{value}
	}
	s.said.Store(nil)
	_, err = stream.PublishMsg(ctx, out, jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0))
	return s.answer(err)
}

// subject is NAME.STORE.RESOURCE.KIND, so that consumers can choose.
func (s *natsSink) subject(m Message) string {
	subject := s.at.name
	if m.Store != "" {
		subject += "." + strings.ReplaceAll(m.Store, ".", "_")
	}
	return subject + "." + m.Type
}

// answer is what became of a message that was put.
func (s *natsSink) answer(err error) Answer {
	api := (*jetstream.APIError)(nil)
	switch {
	case err == nil:
		return Answer{}
	case errors.Is(err, nats.ErrMaxPayload):
		return Answer{Why: "it takes no message as large as this one"}
	case errors.Is(err, jetstream.ErrNoStreamResponse):
		return Answer{Down: true, Why: "none of its streams takes the subjects " + s.at.name + ".>"}
	case errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamMessageExceedsMaximum:
		return Answer{Why: "its stream takes no message as large as this one"}
	case errors.As(err, &api):
		return Answer{Down: true, Why: "its stream refuses: " + api.Description}
	}
	if said := s.said.Load(); said != nil {
		err = *said
	}
	return Answer{Down: true, Why: whyNot(err, s.opts)}
}

// connect gives the stream of a connection that stands. A connection that broke is not mended but made anew, so that
// nothing is sent later that was said not to have been.
func (s *natsSink) connect(ctx context.Context) (jetstream.JetStream, error) {
	select {
	case s.connecting <- struct{}{}:
		defer func() { <-s.connecting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.conn != nil && s.conn.IsConnected() {
		return s.stream, nil
	}
	dialer := &natsDialer{ctx: ctx, dialer: s.opts.Guard.Dialer()}
	defer dialer.settle()
	servers := make([]string, len(s.at.servers))
	for i, server := range s.at.servers {
		servers[i] = "nats://" + server
	}
	options := append([]nats.Option{nats.Name(s.opts.UserAgent), nats.SetCustomDialer(dialer), nats.NoReconnect(),
		nats.SkipHostLookup(), nats.Timeout(s.opts.limit()), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription,
			err error) {
			s.said.Store(&err)
		})}, s.login...)
	if s.at.tls != nil {
		options = append(options, nats.Secure(s.at.tls.Clone()))
	}
	conn, err := nats.Connect(strings.Join(servers, ","), options...)
	if err != nil {
		return nil, errors.Join(ctx.Err(), dialer.refused, err)
	}
	stream, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	s.conn, s.stream = conn, stream
	return stream, nil
}

// natsDialer opens connections under the guard, until a context ends: the library knows none when it connects.
type natsDialer struct {
	ctx    context.Context
	dialer *net.Dialer
	// refused is why the last connection could not be made; settled are what keeps connections bound to the context.
	refused error
	settled []func() bool
}

// Dial opens a connection.
func (d *natsDialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.dialer.DialContext(d.ctx, network, address)
	if err != nil {
		d.refused = err
		return nil, err
	}
	d.settled = append(d.settled, context.AfterFunc(d.ctx, func() { _ = conn.Close() }))
	return conn, nil
}

// settle lets a connection outlive the context.
func (d *natsDialer) settle() {
	for _, stop := range d.settled {
		stop()
	}
}
