namespace Cafe.Inference.Diffusion;

/// <summary>A request's conditions, ready for the UNet. Disposed of when its last picture is done.</summary>
public interface IConditions : IDisposable;
