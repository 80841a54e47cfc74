using TorchSharp;

namespace Cafe.Training.Tests.Native;

public sealed class LibraryLoadingTests
{
    [Fact]
    public void MatrixProduct_OfTheCopiedLibrary_Runs()
    {
        using var scope = torch.NewDisposeScope();
        var product = torch.ones(3, 4).matmul(torch.ones(4, 2));
        Assert.Equal(24f, product.sum().item<float>());
    }
}
