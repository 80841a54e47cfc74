using System.CommandLine;
using Cafe.Cli;

// Told to stop, a command that serves lets running calls end first; the library alone would cut it off after two seconds.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await CafeCommandLine.Create().Parse(args).InvokeAsync(invocation);
