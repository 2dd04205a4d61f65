package problems

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people are told of problems, every sentence of it. None of them names a command: which one helps depends on
// where it is read.

// heals is how long a failure that passes by itself is left to that. Then the shop's host is asked.
const heals = 30 * time.Minute

// failing is what is said of shops that cannot be read, by the code of the error. What heals needs nobody at first.
type failing struct {
	title, who, fix string
	heals           bool
}

const (
	newKey = "Make a new key in the shop (WooCommerce > Settings > Advanced > REST API) and put it in the old one's " +
		"place."
	askHost  = "If it stays, ask the shop's host whether its server runs and lets this machine through."
	ourWords = "Look at the machine that Waybill runs on: its data directory and its master key."
)

var failures = map[problem.Code]failing{
	problem.StoreUnreachable: {"The shop cannot be reached", Host, askHost, true},
	problem.StoreFailed: {"The shop answers with errors", Host,
		"Ask the shop's host for its error log.", true},
	problem.StoreTooManyRequest: {"The shop asks to be asked less", Host, askHost, true},
	problem.NotWooCommerce: {"What answers is no WooCommerce", Host,
		"See whether WooCommerce is active there.", true},
	problem.StoreBlocked: {"Something in front of the shop refuses us", Host, letUsIn, true},
	problem.StoreCertificate: {"The shop's certificate is not accepted", Host,
		"Have the shop's host renew it.", false},
	problem.StoreInsecure: {"The shop is only reached without encryption", You,
		"Give its https address.", false},
	problem.StorePrivate: {"The shop has an address in a private network", You,
		"Let it be asked there.", false},
	problem.StoreMoved: {"The shop has moved to another address", You,
		"Connect it under its new address.", false},
	problem.StoreElsewhere: {"The shop names another address as its own", You,
		"Say which of the two is right.", false},
	problem.StoreChangedKey: {"Another shop answers at the address", You,
		"Find out which shop this is.", false},
	problem.CredentialsRefused:    {"The shop refuses our key", You, newKey, false},
	problem.CredentialsMissing:    {"The key of the shop is not there", You, newKey, false},
	problem.CredentialsUnreadable: {"The key of the shop cannot be read", You, ourWords, false},
	problem.MasterKeyMissing:      {"The master key is not there", You, ourWords, false},
	problem.MasterKeyDiffers:      {"The master key is another one", You, ourWords, false},
	problem.MasterKeyInvalid:      {"The master key is none", You, ourWords, false},
	problem.MasterKeyExposed:      {"Others can read the master key", You, ourWords, false},
	problem.DataUnusable:          {"The data cannot be used", You, ourWords, false},
	problem.PermissionMissing: {"The key lacks a permission", You,
		"Give its user the role that Waybill writes for it.", false},
	problem.PagesUnheeded:   {"The shop shows its first page only", Host, onePage, false},
	problem.RecordsVanished: {"Many records are gone from the shop at once", You, vanished, false},
}

const (
	letUsIn  = "Ask the shop's host to let the address of this machine through to /wp-json/wc/."
	onePage  = "Switch off what takes page and offset out of addresses there: a plugin, or a cache."
	vanished = "Find out whether an old backup, a staging copy or another shop answers there. If they were deleted " +
		"on purpose, accept the loss."
)

// shopWords are those of a shop that cannot be read, and when it is tried again.
func shopWords(s Seen, now time.Time) (Words, time.Time) {
	p := s.Standing.Problem
	said, known := failures[p.Code]
	if !known {
		said = failing{"The shop cannot be read", You, "", true}
	}
	plain := Words{Who: said.who, Title: said.title, Fix: said.fix}
	stuck := s.Standing.Stuck(s.Store.Facts.Diagnosis)
	age, whole := s.Standing.Age(now)
	until := time.Time{}
	if said.heals && !stuck && whole && age < heals {
		plain.Who, until = Nobody, s.Standing.NextAt
	}
	w := plain
	w.Why, w.own = p.Message, true
	if d := s.Store.Facts.Diagnosis; d != nil && d.Cause != "" && d.Failure == string(p.Code) {
		w.Title, w.Why, w.Docs, w.own = d.Title, d.Why, d.Docs, false
		if d.Fix != "" {
			w.Fix = d.Fix
		}
	}
	w.plain = &plain
	w.Grave = stuck || s.Fresh.State == freshness.Down || s.Fresh.State == freshness.Waiting
	return w, until
}

func lateWords(s Seen, cause string) Words {
	w := Words{Who: Nobody, Title: "The copy of the shop is late", Grave: s.Fresh.State == freshness.Down,
		Fix: "If it stays, see what the process that follows the shop is doing, and how fast the shop answers."}
	if cause == CauseNotFollowed {
		w.Who, w.Title, w.Fix = You, "No process follows the shop", "Start the service that works for it."
	}
	if w.Grave {
		w.Who = You
	}
	w.Why = fmt.Sprintf("it is usually looked at every %s", spell(s.Fresh.Usual))
	w.own, w.plain = true, &Words{Who: w.Who, Title: w.Title, Fix: w.Fix}
	return w
}

func hookWords(state storage.HookState) Words {
	w := Words{Who: You}
	switch state {
	case storage.HookPaused:
		w.Title, w.Fix = "A webhook is paused in the shop, so changes come later",
			"Set it to active in the shop: WooCommerce > Settings > Advanced > Webhooks."
	case storage.HookRefused:
		w.Title, w.Fix = "The key may not have webhooks, so changes come later",
			"Give the key's user the rights for webhooks, or leave it: the shop is asked for changes as well."
	case storage.HookUnreachable, storage.HookPending, storage.HookActive:
		w.Who, w.Title = Host, "No webhook of the shop arrives here, so changes come later"
		w.Fix = "See that the shop's server may reach this one, and that WP-Cron runs there."
	}
	return w
}

func writesWords(w storage.StuckWrites) Words {
	if w.State == storage.WriteRejected {
		return Words{Who: You, Title: "Writes were refused: " + reason(w.Code),
			Fix: "See what is wrong with each, and send it again or discard it."}
	}
	return Words{Grave: true, Who: You, Title: "Writes wait for a decision: " + reason(w.Code),
		Fix: "Look at both sides of each, and decide."}
}

func reason(code string) string {
	if code == "" {
		return "no reason was given"
	}
	return code
}

func notTakenWords(s storage.Subscription, now time.Time) Words {
	w := Words{Who: Receiver, Title: "The receiver takes nothing", Why: s.Why,
		Fix: "Mend the receiver. What waits is sent then, in its order."}
	w.own, w.plain = false, &Words{Who: w.Who, Title: w.Title, Fix: w.Fix}
	if w.Grave = s.State != storage.SubscriptionActive; w.Grave {
		w.Who, w.Title = You, "Nothing is sent any more: the receiver took nothing for too long"
		w.Fix = "Mend the receiver, then resume the subscription. Nothing is lost meanwhile."
		w.plain = &Words{Who: w.Who, Title: w.Title, Fix: w.Fix}
	}
	w.Grave = w.Grave || now.Sub(s.FailingSince) > heals
	return w
}

func endedWords(s storage.Subscription) Words {
	w := Words{Grave: true, Who: You, Title: "The receiver said that it wants nothing any more", Why: s.Why,
		Fix: "Resume the subscription if that was a mistake, else remove it."}
	w.plain = &Words{Who: w.Who, Title: w.Title, Fix: w.Fix}
	return w
}

func givenUpWords() Words {
	return Words{Grave: true, Who: Receiver, Title: "Events were given up: the receiver did not take them",
		Fix: "Mend the receiver, then send them again."}
}

func receiptsWords() Words {
	return Words{Grave: true, Who: Receiver, Title: "The receiver does not say that it has what it was sent",
		Fix: "See whether the receiver has these records. If not, mend it and send them again."}
}

func deafWords(c storage.Channel) Words {
	w := Words{Grave: true, Who: You, Title: "The channel takes no alerts", Why: c.Why,
		Fix: "Correct the channel. What could not be told is tried again for three days."}
	w.own, w.plain = true, &Words{Who: w.Who, Title: w.Title, Fix: w.Fix}
	return w
}

// nouns are what is counted of each kind.
var nouns = map[string][2]string{KindShop: {"shop", "shops"}, KindLate: {"shop", "shops"},
	KindWebhooks: {"shop", "shops"}, KindWrites: {"shop", "shops"}, KindSubscription: {"subscription", "subscriptions"},
	KindDeliveries: {"subscription", "subscriptions"}, KindReceipts: {"subscription", "subscriptions"},
	KindAlerts: {"channel", "channels"}}

// Headline is a problem in one line: how many it affects, where, and what is wrong. It names none of them.
func Headline(p storage.Problem) string {
	noun := nouns[p.Kind]
	n := p.Affected
	if p.State == storage.ProblemResolved || n == 0 {
		n = p.Ever
	}
	many := fmt.Sprintf("%d %s", n, noun[1])
	if n == 1 {
		many = "1 " + noun[0]
	}
	if p.Host != "" {
		many += " at " + p.Host
	}
	return many + ": " + p.Title
}

// Actor is who must act: nobody once a problem is over.
func Actor(p storage.Problem) string {
	if p.State == storage.ProblemResolved {
		return Nobody
	}
	return p.Who
}

// Acts says who must act, in a sentence.
func Acts(p storage.Problem) string {
	if p.State == storage.ProblemResolved {
		return "nobody must act: it is over"
	}
	switch p.Who {
	case Nobody:
		if p.Until.IsZero() {
			return "nobody must act: it heals itself, or says so when it does not"
		}
		return "nobody must act: it is tried again at " + p.Until.UTC().Format(time.RFC3339)
	case Host:
		return "the shop or its host must act"
	case Receiver:
		return "whoever runs the receiver must act"
	}
	return "you must act"
}

func spell(d time.Duration) string { return d.Round(time.Second).String() }

func noProblem(id int64) error {
	return problem.New(problem.ProblemNotFound, "there is no problem %d", id).
		Next("See which there are: waybill problems, GET /v1/problems. Old ones are forgotten")
}

func reachesFurther(id int64) error {
	return problem.New(problem.ProblemShared, "problem %d affects others too, and is not yours to decide about", id).
		Next("Ask who runs Waybill")
}

func isOver(id int64) error {
	return problem.New(problem.Usage, "problem %d is resolved already", id).
		Next("It opens again by itself when it comes back")
}
