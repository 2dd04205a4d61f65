// Package alerts tells people of problems: by mail, by a hook that takes what Slack takes, by a hook that takes signed
// JSON, and by a heartbeat, which is called as long as all is well and stops when it is not.
//
//   - A channel is told once that a problem stands, and once that it is over. One that is over before the grace has
//     passed is never told. Of one that comes and goes, at most two messages an hour are sent; the last tells how it
//     is.
//   - What there is to tell at one time is one message, however many problems it is about.
//   - What to tell is decided, and the message kept, in one transaction for each channel, so that two processes tell
//     nothing twice, and one that dies has either told nothing or left the message to the others.
//   - A message is claimed before it is sent. Whether one was taken whose sender died between the last byte and the
//     note of the answer, nobody can know. It is sent again with the same id (Message-Id, Webhook-Id), because an alert
//     that is lost is worse than one that comes twice; who looks at the id is told once.
//   - No message holds a secret, what a store or receiver has answered, or anything of a customer: it says how many are
//     affected, where, who acts and what to do.
//   - A channel that takes nothing is a problem of its own, which the other channels tell.
//
// Which problems there are is package problems' affair. Addresses that channels name are reached by package egress.
//
//	keeper := alerts.New(db, keys, alerts.Options{Now: time.Now})
//	channel, secret, err := keeper.Add(ctx, alerts.NewChannel{Name: "ops", Reach: alerts.Reach{Slack: url}})
//	err = keeper.Work(ctx) // decides what to tell, and sends it
package alerts
