// Runs one command with masterzen's winrm library: main PORT http|https basic|ntlm|certificate USER PASSWORD COMMAND
// [CA [CERTIFICATE KEY]]. Standard input goes to the command. Prints what went wrong to standard error.
package main

import (
	"fmt"
	"io/ioutil"
	"os"
	"strconv"
	"time"

	"github.com/masterzen/winrm"
)

func read(at int) []byte {
	if len(os.Args) <= at {
		return nil
	}
	data, err := ioutil.ReadFile(os.Args[at])
	if err != nil {
		panic(err)
	}
	return data
}

func main() {
	port, _ := strconv.Atoi(os.Args[1])
	endpoint := winrm.NewEndpoint("localhost", port, os.Args[2] == "https", false, read(7), read(8), read(9), 30*time.Second)
	parameters := *winrm.DefaultParameters
	switch os.Args[3] {
	case "ntlm":
		parameters.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
	case "certificate":
		parameters.TransportDecorator = func() winrm.Transporter { return &winrm.ClientAuthRequest{} }
	}
	client, err := winrm.NewClientWithParameters(endpoint, os.Args[4], os.Args[5], &parameters)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(100)
	}
	code, err := client.RunWithInput(os.Args[6], os.Stdout, os.Stderr, os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(101)
	}
	os.Exit(code)
}
