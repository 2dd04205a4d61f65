package sink_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/feed/sink/sinktest"
)

// natsServer is a server of NATS in this process, on loopback and with JetStream.
type natsServer struct {
	*testing.T
	opts server.Options
	now  *server.Server
}

func newNATSServer(t *testing.T, adjust func(*server.Options)) *natsServer {
	t.Helper()
	n := &natsServer{T: t, opts: server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: t.TempDir()}}
	if adjust != nil {
		adjust(&n.opts)
	}
	n.start()
	t.Cleanup(n.stop)
	return n
}

// start begins to listen, where it did before.
func (n *natsServer) start() {
	n.Helper()
	opts := n.opts
	var err error
	if n.now, err = server.NewServer(&opts); err != nil {
		n.Fatal(err)
	}
	n.now.Start()
	for !n.now.ReadyForConnections(time.Second) {
		if n.Context().Err() != nil {
			n.Fatal("the server does not begin")
		}
	}
	n.opts.Port = n.now.Addr().(*net.TCPAddr).Port
}

func (n *natsServer) stop() {
	n.now.Shutdown()
	n.now.WaitForShutdown()
}

// stream makes a stream for all of a subject, and gives what its messages are.
func (n *natsServer) stream(
	subject string, adjust func(*jetstream.StreamConfig), as ...nats.Option,
) func() []*jetstream.RawStreamMsg {
	n.Helper()
	conn, err := nats.Connect("nats://"+n.at(), as...)
	if err != nil {
		n.Fatal(err)
	}
	n.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		n.Fatal(err)
	}
	config := jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{subject}}
	if adjust != nil {
		adjust(&config)
	}
	stream, err := js.CreateStream(n.Context(), config)
	if err != nil {
		n.Fatal(err)
	}
	return func() (all []*jetstream.RawStreamMsg) {
		info, err := stream.Info(n.Context())
		if err != nil {
			return nil // it is away
		}
		for seq := info.State.FirstSeq; seq > 0 && seq <= info.State.LastSeq; seq++ {
			m, err := stream.GetMsg(n.Context(), seq)
			if err != nil {
				n.Error(err)
				continue
			}
			all = append(all, m)
		}
		return all
	}
}

func (n *natsServer) at() string { return fmt.Sprintf("127.0.0.1:%d", n.opts.Port) }

func TestNATS(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) sinktest.Bench {
		n := newNATSServer(t, nil)
		messages := n.stream("waybill.>", nil, nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond))
		return sinktest.Bench{
			Sink: open(t, sink.NATS, sink.Reach{URL: "nats://" + n.at()}, options()),
			Received: func() (came []sinktest.Received) {
				for _, m := range messages() {
					came = append(came, sinktest.Received{ID: m.Header.Get("webhook-id"), Body: m.Data})
				}
				return came
			},
			Away: func() func() {
				n.stop()
				return n.start
			},
		}
	})
}

func TestWhatNATSGets(t *testing.T) {
	t.Parallel()
	n := newNATSServer(t, nil)
	messages := n.stream("erp.orders.>", nil)
	secret := signature.NewSecret()
	s := open(t, sink.NATS, sink.Reach{URL: "nats://" + n.at() + "/erp.orders", Secrets: []string{secret},
		Headers: map[string]string{"X-Team": "erp"}}, options())
	m := sink.Message{ID: "msg_1", Type: "orders.updated", Record: "my.shop/orders/1", Store: "my.shop",
		Body: []byte(`{"a":1}`)}
	for range 2 {
		if a := s.Send(t.Context(), m); !a.Taken() {
			t.Fatal(a.Why)
		}
	}
	all := messages()
	if len(all) != 1 {
		t.Fatalf("one that was sent twice is there %d times", len(all))
	}
	header := all[0].Header
	if all[0].Subject != "erp.orders.my_shop.orders.updated" || header.Get("Nats-Msg-Id") != "msg_1" ||
		header.Get("x-team") != "erp" || header.Get("waybill-type") != "orders.updated" ||
		!strings.HasPrefix(header.Get("webhook-signature"), "v1,") {
		t.Errorf("it came on %s with %v", all[0].Subject, header)
	}
}

// TestLoginsOfNATS: each way to log in is taken, and a wrong one is said without being shown.
func TestLoginsOfNATS(t *testing.T) {
	t.Parallel()
	pair, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := pair.PublicKey()
	seed, _ := pair.Seed()
	other, _ := nkeys.CreateUser()
	otherSeed, _ := other.Seed()
	for name, test := range map[string]struct {
		server       func(*server.Options)
		right, wrong sink.Login
	}{
		"password": {func(o *server.Options) { o.Username, o.Password = "erp", "hush" },
			sink.Login{User: "erp", Password: "hush"}, sink.Login{User: "erp", Password: "hushed"}},
		"token": {func(o *server.Options) { o.Authorization = "hush" }, sink.Login{Token: "hush"},
			sink.Login{Token: "hushed"}},
		"nkey": {func(o *server.Options) { o.Nkeys = []*server.NkeyUser{{Nkey: public}} },
			sink.Login{Nkey: string(seed)}, sink.Login{Nkey: string(otherSeed)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNATSServer(t, test.server)
			reach := sink.Reach{URL: "nats://" + n.at(), Login: test.right}
			a := open(t, sink.NATS, reach, options()).Send(t.Context(), sink.Message{ID: "1", Type: "test"})
			if !a.Down || !strings.Contains(a.Why, "none of its streams takes the subjects waybill.>") {
				t.Errorf("let in without a stream it is %+v", a)
			}
			reach.Login = test.wrong
			a = open(t, sink.NATS, reach, options()).Send(t.Context(), sink.Message{ID: "1", Type: "test"})
			if !a.Down || !strings.Contains(a.Why, "uthorization") || strings.Contains(a.Why, "hush") ||
				strings.Contains(a.Why, string(otherSeed)) {
				t.Errorf("with the wrong one it is %+v", a)
			}
		})
	}
}

// TestWhatNATSRefuses: a stream that is full is the receiver's matter, a message that is too large is its own.
func TestWhatNATSRefuses(t *testing.T) {
	t.Parallel()
	n := newNATSServer(t, func(o *server.Options) { o.MaxPayload = 4000 })
	n.stream("waybill.>", func(c *jetstream.StreamConfig) {
		c.MaxMsgs, c.Discard, c.MaxMsgSize = 1, jetstream.DiscardNew, 1000
	})
	s := open(t, sink.NATS, sink.Reach{URL: "nats://" + n.at()}, options())
	for _, test := range []struct {
		size    int
		down    bool
		because string
	}{{10, false, ""}, {10, true, "maximum messages"}, {2000, false, "stream takes no message as large"},
		{5000, false, "takes no message as large"}} {
		body, _ := json.Marshal(strings.Repeat("x", test.size))
		a := s.Send(t.Context(), sink.Message{ID: fmt.Sprint(test), Type: "orders.created", Body: body})
		if a.Down != test.down || a.Taken() != (test.because == "") || !strings.Contains(a.Why, test.because) {
			t.Errorf("%+v is answered with %+v", test, a)
		}
	}
}

func TestNATSWithTLS(t *testing.T) {
	t.Parallel()
	authority, certificate := certificates(t)
	n := newNATSServer(t, func(o *server.Options) {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate.pair},
			ClientCAs: authority.pool, ClientAuth: tls.RequireAndVerifyClientCert}
		o.TLSTimeout = 10
	})
	reach := sink.Reach{URL: "nats+tls://" + n.at(), Authorities: authority.text, Certificate: certificate.text,
		Key: certificate.key}
	for name, test := range map[string]struct {
		change  func(*sink.Reach)
		because string
	}{
		"right":                {func(*sink.Reach) {}, "none of its streams"},
		"nobody who is known":  {func(r *sink.Reach) { r.Authorities = "" }, "does not answer"},
		"without showing ours": {func(r *sink.Reach) { r.Certificate, r.Key = "", "" }, "does not answer"},
	} {
		r := reach
		test.change(&r)
		a := open(t, sink.NATS, r, options()).Send(t.Context(), sink.Message{ID: "1", Type: "test"})
		if !a.Down || !strings.Contains(a.Why, test.because) || strings.Contains(a.Why, "127.0.0.1") {
			t.Errorf("%s: %+v", name, a)
		}
	}
	plain := newNATSServer(t, nil)
	reach.URL = "nats+tls://" + plain.at()
	a := open(t, sink.NATS, reach, options()).Send(t.Context(), sink.Message{ID: "1", Type: "test"})
	if !a.Down || !strings.Contains(a.Why, "secure connection") {
		t.Errorf("a server without TLS: %+v", a)
	}
}
