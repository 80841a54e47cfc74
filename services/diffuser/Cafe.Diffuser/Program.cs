await Cafe.Diffuser.DiffuserHost.Build(args).RunAsync();
