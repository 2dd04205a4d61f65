// Package verdict decides from evidence what is wrong: who answers in place of the store, what is wrong with the road,
// what happens to the key, what its owner lacks, why records do not come.
//
// The decisions are made in stages (stages.go, decide.go). The type of each stage embeds the one before it, so that a
// decision can ask for what was decided earlier and for nothing else: front, route, key, rights. Each decision is an
// Answer: the id of a cause, how sure it is, and what shows it.
//
// It guarantees purity: no clock, no network, no order of calls that matters. Codes and differences to control
// requests decide, never the text of a message.
//
// It must not know the words and fixes that people are shown (catalogue).
package verdict
