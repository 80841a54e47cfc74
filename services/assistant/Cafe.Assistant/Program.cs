await Cafe.Assistant.AssistantHost.Build(args).RunAsync();
