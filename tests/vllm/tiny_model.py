"""Makes a tiny Qwen2 of random weights, in seconds: `tiny_model.py FOLDER [SEED]`, in vLLM's venv.

It proves the whole wire (chat, tools, schemas, streaming, probabilities) and says nothing of
answers: whatever it replies is noise. Its tokenizer is learnt from the licence of the project.
"""

import json
import sys
from pathlib import Path

WORDS = "yes no true false null relevant irrelevant exact partial none keep replace abstain"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"]
CONTEXT = 4096
TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}
{% endif %}# Tools
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}For a call write <tool_call>{"name": ..., "arguments": ...}</tool_call><|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role != 'system' or not loop.first %}<|im_start|>{{ message.role }}
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
<tool_call>{{ call.function | tojson }}</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def make(folder: Path, seed: int = 0) -> None:
    """Write the model and its tokenizer, as `transformers` and vLLM read them."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    folder.mkdir(parents=True, exist_ok=True)
    size = tokenizer(folder)
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=size,
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=0,
        tie_word_embeddings=True,
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config.eos_token_id = [0, 2]
    model.save_pretrained(folder)


def tokenizer(folder: Path) -> int:
    """Learn a byte-level tokenizer, write it, and return the size of its vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    text = (Path(__file__).parent.parent.parent / "LICENSE").read_text("utf-8").splitlines()
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2048,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learnt.train_from_iterator(text + WORDS.split() * 20, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=learnt, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    fast.chat_template = TEMPLATE
    fast.model_max_length = CONTEXT
    fast.save_pretrained(folder)
    return -(-learnt.get_vocab_size() // 64) * 64


def white_space(folder: Path) -> list[int]:
    """The ids of tokens that are nothing but white space: an untrained model writes no end of it.

    Forbidden by a `logit_bias` of -100 where a reply must come to an end.
    """
    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    blank = {"Ġ", "Ċ", "ĉ", "č"}
    return sorted(number for text, number in vocabulary.items() if set(text) <= blank)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
