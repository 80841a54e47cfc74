using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>
/// A part of a graph whose activations are not kept: the forward pass runs it without a record, the backward pass runs it again with one. Parameters receive their gradients on that second
/// run, as they are not among the inputs; <paramref name="steps"/> therefore run exactly twice per training step.
/// </summary>
internal sealed class RecomputedBlock(IReadOnlyList<PlanStep> steps, int[] inputs, int[] outputs, int[] released)
{
    /// <summary>Slots that the block reads and others fill.</summary>
    public int[] Inputs => inputs;

    /// <summary>Slots that the block fills and others read.</summary>
    public int[] Outputs => outputs;

    /// <summary>Those of <see cref="Inputs"/> that nothing reads after the block.</summary>
    public int[] Released => released;

    /// <summary>Fills the block's output slots.</summary>
    /// <param name="slots">Of the whole plan.</param>
    /// <param name="fixedSlots">Parameters and constants alone.</param>
    /// <param name="link">A number that takes part in autograd, so that a block whose inputs don't is still recorded.</param>
    public void Forward(Tensor?[] slots, Tensor?[] fixedSlots, Tensor link)
    {
        object[] arguments = [this, fixedSlots, link, .. inputs.Select(i => slots[i]!)];
        var results = BlockFunction.apply(arguments);
        for (var i = 0; i < outputs.Length; i++)
        {
            slots[outputs[i]] = results[i];
        }
    }

    private List<Tensor> Run(Tensor?[] fixedSlots, IReadOnlyList<Tensor> values)
    {
        var slots = (Tensor?[])fixedSlots.Clone();
        for (var i = 0; i < inputs.Length; i++)
        {
            // A handle of its own: the steps release what they read last.
            slots[inputs[i]] = values[i].alias();
        }

        foreach (var step in steps)
        {
            GraphModule.Run(step, slots, outputs);
        }

        return [.. outputs.Select(o => slots[o]!)];
    }

    private sealed class BlockFunction : autograd.MultiTensorFunction<BlockFunction>
    {
        public override string Name => nameof(RecomputedBlock);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (block, fixedSlots) = ((RecomputedBlock)vars[0], (Tensor?[])vars[1]);
            List<Tensor> values = [.. vars.Skip(3).Cast<Tensor>()];
            ctx.save_data("block", block);
            ctx.save_data("fixed", fixedSlots);
            ctx.save_for_backward(values);
            using var noGrad = torch.no_grad();
            return block.Run(fixedSlots, values);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = torch.NewDisposeScope();
            using var record = torch.enable_grad();
            var block = (RecomputedBlock)ctx.get_data("block");
            var saved = ctx.get_saved_variables();
            List<Tensor> values = [.. saved.Select(v => v.is_floating_point() ? v.detach().requires_grad_(v.requires_grad) : v)];
            var results = block.Run((Tensor?[])ctx.get_data("fixed"), values);
            var wanted = results.Zip(grad_outputs).Where(p => p.First.requires_grad && p.Second is not null && !p.Second.IsInvalid).ToList();
            autograd.backward([.. wanted.Select(p => p.First)], [.. wanted.Select(p => p.Second)]);
            // One gradient for each argument: the block, the slots and the link have none.
            List<Tensor> gradients = [null!, null!, null!, .. values.Select(v => v.is_floating_point() ? v.grad?.MoveToOuterDisposeScope()! : null!)];
            return gradients;
        }
    }
}
