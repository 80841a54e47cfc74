using Cafe.Testing.Processes;

[assembly: AssemblyFixture(typeof(TinyPack))]
