package alerts_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAProblemIsToldOnceAndItsEndOnce(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	p := g.open("192.0.2.7", 37)
	g.work()
	g.pass(grace - time.Second)
	g.work()
	if n := len(hook.all()); n != 0 {
		t.Fatalf("%d messages came within the grace", n)
	}
	for range 5 {
		g.pass(time.Minute)
		g.work()
	}
	told := hook.all()
	if len(told) != 1 {
		t.Fatalf("%d messages came: %q", len(told), told)
	}
	var message struct {
		Type, ID string
		Opened   []struct {
			Headline, Who, Host string
			Affected            int64
		}
	}
	g.ok(json.Unmarshal([]byte(told[0]), &message))
	if o := message.Opened; len(o) != 1 || o[0].Affected != 37 || o[0].Host != "192.0.2.7" || o[0].Who != "host" ||
		!strings.HasPrefix(o[0].Headline, "37 shops at 192.0.2.7: ") || message.ID != hook.ids()[0] {
		t.Errorf("it tells %s", told[0])
	}
	g.set(p, storage.ProblemAcknowledged)
	g.pass(time.Minute)
	g.work()
	g.set(p, storage.ProblemResolved)
	for range 3 {
		g.pass(time.Minute)
		g.work()
	}
	if told = hook.all(); len(told) != 2 || !strings.Contains(told[1], "resolved_at") {
		t.Errorf("after its end there came %q", told)
	}
	for _, word := range []string{"ada@", "secret-name"} {
		if strings.Contains(strings.Join(told, ""), word) {
			t.Errorf("a message holds %q: %s", word, told)
		}
	}
}

func TestWhatEndsWithinTheGraceIsNeverTold(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	p := g.open("192.0.2.7", 1)
	ignored := g.open("192.0.2.8", 1)
	g.set(ignored, storage.ProblemIgnored)
	g.pass(time.Minute)
	g.set(p, storage.ProblemResolved)
	g.pass(time.Hour)
	g.work()
	if told := hook.all(); len(told) != 0 {
		t.Errorf("there came %q", told)
	}
}

func TestAFlappingProblemSendsTwoMessagesAnHour(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	p := g.open("192.0.2.7", 1)
	var times []time.Time
	state := storage.ProblemOpen
	for minute := range 6 * 60 {
		if minute%7 == 0 {
			state = map[storage.ProblemState]storage.ProblemState{storage.ProblemOpen: storage.ProblemResolved,
				storage.ProblemResolved: storage.ProblemOpen}[state]
			g.set(p, state)
		}
		g.work()
		for range len(hook.all()) - len(times) {
			times = append(times, g.clock())
		}
		g.pass(time.Minute)
	}
	for i := 2; i < len(times); i++ {
		if times[i].Sub(times[i-2]) < time.Hour {
			t.Errorf("three messages came within an hour: %v", times)
		}
	}
	if len(times) < 6 {
		t.Errorf("in six hours only %d came", len(times))
	}
	g.set(p, storage.ProblemResolved)
	g.pass(2 * time.Hour)
	g.work()
	if told := hook.all(); !strings.Contains(told[len(told)-1], "resolved_at") {
		t.Errorf("the last tells %s", told[len(told)-1])
	}
}

func TestManyProblemsAreOneMessage(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook := g.receiver()
	g.add(alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Hook: hook.URL}})
	for i := range 50 {
		g.open("192.0.2."+string(rune('0'+i)), 1)
	}
	g.pass(grace)
	g.work()
	g.pass(time.Minute)
	g.work()
	if told := hook.all(); len(told) != 1 || !strings.Contains(told[0], `"more":30`) {
		t.Errorf("there came %q", told)
	}
}

func TestEveryKindOfChannelTells(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook, slack, beat, box := g.receiver(), g.receiver(), g.receiver(), g.mailbox()
	_, secret, err := g.keep.Add(g.ctx, alerts.NewChannel{Name: "hook", Reach: alerts.Reach{Hook: hook.URL}})
	g.ok(err)
	g.add(alerts.NewChannel{Name: "slack", Reach: alerts.Reach{Slack: slack.URL + "/services/T0/secret"}})
	g.add(alerts.NewChannel{Name: "beat", Reach: alerts.Reach{Heartbeat: beat.URL}, Every: time.Minute})
	to := alerts.Reach{To: []string{"Ops <ops@example.com>", "me@example.com"}, SMTP: box.address,
		From: "waybill@example.com"}
	g.add(alerts.NewChannel{Name: "mail", Reach: to})
	all, err := g.keep.List(g.ctx)
	g.ok(err)
	for _, c := range all {
		g.ok(g.keep.Test(g.ctx, c))
		if strings.Contains(c.Target, "secret") {
			t.Errorf("the target of %s shows its secret: %s", c.Name, c.Target)
		}
	}
	for name, n := range map[string]int{"hook": len(hook.all()), "slack": len(slack.all()), "beat": len(beat.all()),
		"mail": len(box.all())} {
		if n != 1 {
			t.Errorf("the test of %s came %d times", name, n)
		}
	}
	g.open("192.0.2.7", 3)
	g.work() // all is well so far
	g.pass(grace)
	g.work()
	g.pass(time.Hour)
	g.work()
	if n := len(beat.all()); n != 2 {
		t.Errorf("the heartbeat was called %d times, want the test and once while all was well", n)
	}
	if len(hook.all()) != 2 || len(slack.all()) != 2 || len(box.all()) != 2 {
		t.Fatalf("there came %d, %d and %d", len(hook.all()), len(slack.all()), len(box.all()))
	}
	// How it is signed is held against Standard Webhooks' own library in package signature.
	signed, seconds := http.Header{}, hook.got[1].Get(signature.HeaderTimestamp)
	at, err := strconv.ParseInt(seconds, 10, 64)
	g.ok(err)
	signature.Set(signed, hook.ids()[1], time.Unix(at, 0), []byte(hook.all()[1]), secret)
	if got := hook.got[1].Get(signature.HeaderSignature); got != signed.Get(signature.HeaderSignature) {
		t.Errorf("it is signed %q", got)
	}
	var said struct{ Text string }
	g.ok(json.Unmarshal([]byte(slack.all()[1]), &said))
	if !strings.HasPrefix(said.Text, "*Waybill: 3 shops at 192.0.2.7: ") {
		t.Errorf("Slack is told %q", said.Text)
	}
	m, err := mail.ReadMessage(strings.NewReader(box.all()[1]))
	g.ok(err)
	text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	g.ok(err)
	if !strings.Contains(string(text), "the shop or its host must act") || m.Header.Get("Message-ID") == "" ||
		!strings.Contains(m.Header.Get("Subject"), "3 shops") || m.Header.Get("Auto-Submitted") == "" {
		t.Errorf("the mail is %v %s", m.Header, text)
	}
	if len(box.to) != 4 || box.to[0] != "ops@example.com" {
		t.Errorf("it went to %v", box.to)
	}
}

func TestAChannelThatFailsIsTriedAgainAndSaysWhy(t *testing.T) {
	t.Parallel()
	g := setup(t)
	hook, box := g.receiver(), g.mailbox()
	hook.status.Store(http.StatusInternalServerError)
	box.refuses.Store(true)
	g.add(alerts.NewChannel{Name: "hook", Reach: alerts.Reach{Hook: hook.URL}})
	g.add(alerts.NewChannel{Name: "mail", Reach: alerts.Reach{To: []string{"a@example.com"}, SMTP: box.address}})
	g.open("192.0.2.7", 1)
	g.pass(grace)
	for range 4 {
		g.work()
		g.pass(10 * time.Minute)
	}
	all, err := g.keep.List(g.ctx)
	g.ok(err)
	for _, c := range all {
		if c.Failures < 3 || c.FailingSince.IsZero() || c.Why == "" || strings.Contains(c.Why, "ada@") {
			t.Errorf("%s stands so: %+v", c.Name, c)
		}
		if err := g.keep.Test(g.ctx, c); !problem.Is(err, problem.AlertNotSent) {
			t.Errorf("its test: %v", err)
		}
	}
	tries := len(hook.ids()) - 1 // the last is the test
	for _, id := range hook.ids()[:tries] {
		if id != hook.ids()[0] {
			t.Errorf("the ids are %q", hook.ids())
		}
	}
	hook.status.Store(http.StatusOK)
	box.refuses.Store(false)
	g.pass(time.Hour)
	g.work()
	all, err = g.keep.List(g.ctx)
	g.ok(err)
	for _, c := range all {
		messages, err := g.keep.Messages(g.ctx, c, 10)
		g.ok(err)
		if c.Failures != 0 || c.SentAt.IsZero() || len(messages) != 1 || messages[0].State != storage.AlertSent {
			t.Errorf("mended %s stands so: %+v, %+v", c.Name, c, messages)
		}
	}
}
