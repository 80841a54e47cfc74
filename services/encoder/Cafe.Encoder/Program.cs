await Cafe.Encoder.EncoderHost.Build(args).RunAsync();
