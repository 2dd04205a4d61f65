// Package secret is what people prove who they are with, as arithmetic: hashes of passwords, codes of devices, and
// texts that nobody guesses. It keeps nothing and knows nobody.
package secret
