using Cafe.Cli;

return await CafeCommandLine.Create().Parse(args).InvokeAsync();
