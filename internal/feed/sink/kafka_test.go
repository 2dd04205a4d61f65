package sink_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/feed/sink/sinktest"
)

// newKafkaCluster is brokers in memory that speak Kafka's protocol on loopback; no Kafka.
func newKafkaCluster(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(4, "orders")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster
}

// records reads a topic as far as it goes.
func records(t *testing.T, cluster *kfake.Cluster) (all []*kgo.Record) {
	t.Helper()
	var end int64
	for p := range int32(4) {
		if info := cluster.PartitionInfo("orders", p); info != nil {
			end += info.HighWatermark
		}
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.ConsumeTopics("orders"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for int64(len(all)) < end && t.Context().Err() == nil {
		client.PollFetches(t.Context()).EachRecord(func(r *kgo.Record) { all = append(all, r) })
	}
	return all
}

// hangingUp lets brokers end the connection instead of answering some requests, while it is true.
func hangingUp(cluster *kfake.Cluster, keys ...kmsg.Key) *atomic.Bool {
	is := &atomic.Bool{}
	for _, key := range keys {
		cluster.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
			cluster.KeepControl()
			if is.Load() {
				return nil, errors.New("hush"), true
			}
			return nil, nil, false
		})
	}
	return is
}

func headerOf(r *kgo.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// within lets an attempt take a time.
func within(limit time.Duration) sink.Options {
	opts := options()
	opts.Time = limit
	return opts
}

func TestKafka(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) sinktest.Bench {
		cluster := newKafkaCluster(t)
		hangUp := hangingUp(cluster, kmsg.Metadata, kmsg.Produce)
		return sinktest.Bench{
			Sink: open(t, sink.Kafka, sink.Reach{URL: "kafka://" + cluster.ListenAddrs()[0] + "/orders"}, options()),
			Received: func() (came []sinktest.Received) {
				for _, r := range records(t, cluster) {
					came = append(came, sinktest.Received{ID: headerOf(r, "webhook-id"), Body: r.Value})
				}
				return came
			},
			Away: func() func() {
				hangUp.Store(true)
				return func() { hangUp.Store(false) }
			},
		}
	})
}

func TestWhatKafkaGets(t *testing.T) {
	t.Parallel()
	cluster := newKafkaCluster(t)
	s := open(t, sink.Kafka, sink.Reach{URL: "kafka://" + strings.Join(cluster.ListenAddrs(), ",") + "/orders",
		Secrets: []string{signature.NewSecret()}, Headers: map[string]string{"X-Team": "erp"}}, options())
	const each, many = 5, 8
	for n := range each {
		for record := range many {
			m := sink.Message{ID: fmt.Sprintf("msg_%d_%d", record, n), Type: "orders.updated", Store: "shop",
				Record: fmt.Sprintf("shop/orders/%d", record), Body: fmt.Appendf(nil, `{"n":%d}`, n)}
			if a := s.Send(t.Context(), m); !a.Taken() {
				t.Fatal(a.Why)
			}
		}
	}
	partition, next := map[string]int32{}, map[string]int{}
	for _, r := range records(t, cluster) {
		key := string(r.Key)
		if where, known := partition[key]; known && where != r.Partition {
			t.Errorf("the events of %s are in the partitions %d and %d", key, where, r.Partition)
		}
		partition[key] = r.Partition
		if want := fmt.Sprintf(`{"n":%d}`, next[key]); string(r.Value) != want {
			t.Errorf("of %s %s came in place of %s", key, r.Value, want)
		}
		next[key]++
		if headerOf(r, "x-team") != "erp" || headerOf(r, "waybill-type") != "orders.updated" ||
			!strings.HasPrefix(headerOf(r, "webhook-signature"), "v1,") || headerOf(r, "webhook-timestamp") == "" {
			t.Errorf("its headers are %v", r.Headers)
		}
	}
	if len(next) != many || next["shop/orders/0"] != each {
		t.Errorf("there came %v", next)
	}
}

// TestLoginsOfKafka: each way to log in is taken, and a wrong one is said without being shown.
func TestLoginsOfKafka(t *testing.T) {
	t.Parallel()
	cluster := newKafkaCluster(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "plain", "hush"),
		kfake.Superuser("SCRAM-SHA-256", "scram2", "hush"), kfake.Superuser("SCRAM-SHA-512", "scram5", "hush"))
	at := "kafka://" + cluster.ListenAddrs()[0] + "/orders"
	for user, address := range map[string]string{"plain": at + "?sasl=plain", "scram2": at + "?sasl=scram-sha-256",
		"scram5": at} {
		m := sink.Message{ID: user, Type: "test", Body: []byte(`{}`)}
		reach := sink.Reach{URL: address, Login: sink.Login{User: user, Password: "hush"}}
		if a := open(t, sink.Kafka, reach, options()).Send(t.Context(), m); !a.Taken() {
			t.Errorf("%s is not let in: %s", user, a.Why)
		}
		reach.Login.Password = "hushed"
		a := open(t, sink.Kafka, reach, options()).Send(t.Context(), m)
		if a.Taken() || !a.Down || strings.Contains(a.Why, "hush") {
			t.Errorf("%s is let in with a wrong password: %+v", user, a)
		}
	}
}

// TestWhatKafkaRefuses: a topic that is not there is the receiver's matter, a message that is too large is its own.
func TestWhatKafkaRefuses(t *testing.T) {
	t.Parallel()
	cluster := newKafkaCluster(t)
	at := "kafka://" + cluster.ListenAddrs()[0]
	m := sink.Message{ID: "1", Type: "test", Body: []byte(`{}`)}
	a := open(t, sink.Kafka, sink.Reach{URL: at + "/nowhere"}, within(2*time.Second)).Send(t.Context(), m)
	if !a.Down || !strings.Contains(a.Why, "no topic nowhere") && !strings.Contains(a.Why, "no answer") {
		t.Errorf("a topic that is not there: %+v", a)
	}
	for refusal, want := range map[*kerr.Error]sink.Answer{
		kerr.MessageTooLarge:          {Why: "it takes no message as large as this one"},
		kerr.TopicAuthorizationFailed: {Down: true, Why: "it refuses: TOPIC_AUTHORIZATION_FAILED"},
		kerr.PolicyViolation:          {Down: true, Why: "it refuses: POLICY_VIOLATION"},
	} {
		cluster.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
			asked := req.(*kmsg.ProduceRequest)
			res := asked.ResponseKind().(*kmsg.ProduceResponse)
			for _, topic := range asked.Topics {
				of := kmsg.NewProduceResponseTopic()
				of.Topic, of.TopicID = topic.Topic, topic.TopicID
				for _, p := range topic.Partitions {
					one := kmsg.NewProduceResponseTopicPartition()
					one.Partition, one.ErrorCode = p.Partition, refusal.Code
					of.Partitions = append(of.Partitions, one)
				}
				res.Topics = append(res.Topics, of)
			}
			return res, nil, true
		})
		if got := open(t, sink.Kafka, sink.Reach{URL: at + "/orders"}, options()).Send(t.Context(), m); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", refusal.Message, got, want)
		}
	}
}

// TestWhatKafkaDidNotAnswerInTimeIsNotSentLater: it comes again from above, which keeps the order.
func TestWhatKafkaDidNotAnswerInTimeIsNotSentLater(t *testing.T) {
	t.Parallel()
	cluster := newKafkaCluster(t)
	hangUp := hangingUp(cluster, kmsg.Produce)
	hangUp.Store(true)
	s := open(t, sink.Kafka, sink.Reach{URL: "kafka://" + cluster.ListenAddrs()[0] + "/orders"},
		within(100*time.Millisecond))
	a := s.Send(t.Context(), sink.Message{ID: "late", Record: "r", Type: "test", Body: []byte(`{}`)})
	if !a.Down || !strings.Contains(a.Why, "no answer within 100ms") {
		t.Errorf("it is answered with %+v", a)
	}
	hangUp.Store(false)
	for id := 0; t.Context().Err() == nil; id++ {
		if s.Send(t.Context(), sink.Message{ID: fmt.Sprint(id), Record: "r", Type: "test"}).Taken() {
			break
		}
	}
	for _, r := range records(t, cluster) {
		if headerOf(r, "webhook-id") == "late" {
			t.Error("it was sent later")
		}
	}
}

func TestKafkaWithTLS(t *testing.T) {
	t.Parallel()
	authority, certificate := certificates(t)
	cluster := newKafkaCluster(t, kfake.TLS(&tls.Config{MinVersion: tls.VersionTLS12,
		Certificates: []tls.Certificate{certificate.pair}, ClientCAs: authority.pool,
		ClientAuth: tls.RequireAndVerifyClientCert}))
	reach := sink.Reach{URL: "kafka+tls://" + cluster.ListenAddrs()[0] + "/orders", Authorities: authority.text,
		Certificate: certificate.text, Key: certificate.key}
	m := sink.Message{ID: "1", Type: "test", Body: []byte(`{}`)}
	if a := open(t, sink.Kafka, reach, options()).Send(t.Context(), m); !a.Taken() {
		t.Errorf("it is not taken: %s", a.Why)
	}
	unknown, bare := reach, reach
	unknown.Authorities = ""
	bare.Certificate, bare.Key = "", ""
	for name, r := range map[string]sink.Reach{"nobody who is known": unknown, "without showing ours": bare} {
		a := open(t, sink.Kafka, r, within(5*time.Second)).Send(t.Context(), m)
		if !a.Down || !strings.Contains(a.Why, "does not answer") || strings.Contains(a.Why, "127.0.0.1") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
