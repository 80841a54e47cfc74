namespace Cafe.Training.Data.Accessories;

/// <summary>Every accessory. Its place in the list is its label in sample files: add at the end.</summary>
public static class AccessoryCatalog
{
    /// <summary>In label order.</summary>
    public static IReadOnlyList<IAccessory> All { get; } = [new PartyHat(), new Crown(), new Sunglasses(), new Balloon(), new BowTie()];
}
