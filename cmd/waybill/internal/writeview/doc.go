// Package writeview is how a write of the outbox looks to people, in words: what it does, what it waits for.
package writeview
