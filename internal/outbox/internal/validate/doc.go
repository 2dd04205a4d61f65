// Package validate finds what a store would take in silently and do something else with than the caller means: a member
// that it passes over, a number that it strips of characters, a line without a product. It looks at the write alone;
// what must be asked of the store is asked by the outbox.
package validate
