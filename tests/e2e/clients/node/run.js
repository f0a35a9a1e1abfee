// Runs one command with the winrm-client package: node run.js PORT TLS USER PASSWORD COMMAND; prints JSON.
const {runCommand} = require('winrm-client');

const [port, tls, user, password, command] = process.argv.slice(2);
runCommand(command, 'localhost', user, password, Number(port), false, tls === 'tls', true)
    .then((output) => console.log(JSON.stringify({output})))
    .catch((error) => console.log(JSON.stringify({error: String(error.message ?? error)})));
